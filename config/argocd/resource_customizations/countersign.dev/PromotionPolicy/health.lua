-- PromotionPolicy of Countersign: https://github.com/countersign-dev/countersign/blob/main/docs/promotionpolicy.md
-- Conditions follow kstatus: Ready is the summary; Stalled is there, and True, only where waiting will not help.
-- A policy in force is Healthy also while it lets nothing in, or while people have to see to something: the message
-- says so. Degraded would fail every sync that delivers it.
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
if obj.status.observedGeneration ~= obj.metadata.generation then
  hs.message = "Countersign has not looked at the latest change yet."
  return hs
end
hs.message = ready.message
if stalled ~= nil and stalled.status == "True" then
  hs.status = "Degraded"
elseif ready.status == "True" then
  hs.status = "Healthy"
  local entry = obj.status.entryState
  if entry ~= nil and entry.state ~= "Open" then
    hs.message = hs.message .. " " .. entry.state .. ": " .. (entry.message or "nothing enters")
  end
  for _, type in ipairs({"Gated", "LedgersComplete", "Reviewed"}) do
    local condition = conditions[type]
    if condition ~= nil and condition.status == "False" then
      hs.message = hs.message .. " Not " .. type .. ": " .. condition.message
    end
  end
end
return hs
