-- Freeze of Countersign: https://github.com/countersign-dev/countersign/blob/main/docs/freeze.md
-- It has no status: it holds as long as it is there, and Countersign removes it when its time is over.
local hs = {status = "Healthy"}
hs.message = "Environment " .. obj.metadata.name .. " is frozen"
if obj.spec.frozenBy ~= nil then
  hs.message = hs.message .. " by " .. obj.spec.frozenBy.username
end
if obj.spec.expireTime ~= nil then
  hs.message = hs.message .. " until " .. obj.spec.expireTime
end
hs.message = hs.message .. ": " .. obj.spec.reason
return hs
