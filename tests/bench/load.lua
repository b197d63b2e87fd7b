-- For wrk: a fresh Idempotency-Key, and a fresh address where one is asked for, with each request.
local count = 0
local run = tostring(os.time()) .. tostring({}):sub(8)

request = function()
  count = count + 1
  wrk.headers["Idempotency-Key"] = run .. count
  return wrk.format(nil, (wrk.path:gsub("FRESH", run .. count)))
end
