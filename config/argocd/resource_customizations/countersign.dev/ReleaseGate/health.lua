-- ReleaseGate of Countersign: https://github.com/countersign-dev/countersign/blob/main/docs/releasegate.md
-- Conditions follow kstatus: Ready is the summary; Stalled is there, and True, only where waiting will not help.
-- Suspended is one that waits for people, and a sync waits for it. The message says for whom. Degraded ends the sync.
local hs = {status = "Progressing", message = "Countersign has not looked at it yet."}
local conditions = {}
if obj.status ~= nil and obj.status.conditions ~= nil then
  for _, condition in ipairs(obj.status.conditions) do
    conditions[condition.type] = condition
  end
end
local ready, stalled = conditions["Ready"], conditions["Stalled"]
if ready == nil then
  return hs
end
if ready.observedGeneration ~= obj.metadata.generation then
  hs.message = "Countersign has not looked at the latest change yet."
  return hs
end
hs.message = ready.message
if stalled ~= nil and stalled.status == "True" then
  hs.status = "Degraded"
elseif ready.status == "True" then
  hs.status = "Healthy"
elseif ready.reason == "AwaitingApproval" then
  hs.status = "Suspended"
end
return hs
