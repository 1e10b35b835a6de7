-- Emergency of Countersign: https://github.com/countersign-dev/countersign/blob/main/docs/emergency.md
-- One that is over is as healthy as a Job that is done.
local hs = {status = "Progressing", message = "Countersign has not looked at it yet."}
local conditions = {}
if obj.status ~= nil and obj.status.conditions ~= nil then
  for _, condition in ipairs(obj.status.conditions) do
    conditions[condition.type] = condition
  end
end
local ready = conditions["Ready"]
if ready == nil then
  return hs
end
if ready.observedGeneration ~= obj.metadata.generation then
  hs.message = "Countersign has not looked at the latest change yet."
  return hs
end
hs.message = ready.message
if ready.status == "True" or ready.reason == "Ended" then
  hs.status = "Healthy"
end
return hs
