-- For wrk: asks the paths of the file $PATHS in turn, round and round, and prints one line of JSON (times in ms).
local paths, at = {}, 0
for line in io.lines(os.getenv("PATHS")) do paths[#paths + 1] = line end

request = function()
  at = at % #paths + 1
  return wrk.format("GET", paths[at])
end

done = function(summary, latency)
  local wrong = summary.errors
  io.write(string.format(
    '{"requests_s": %.1f, "p50": %.3f, "p95": %.3f, "errors": %d}\n',
    summary.requests / summary.duration * 1e6,
    latency:percentile(50) / 1e3,
    latency:percentile(95) / 1e3,
    wrong.connect + wrong.read + wrong.write + wrong.status + wrong.timeout
  ))
end
