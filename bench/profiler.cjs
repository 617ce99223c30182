/**
 * Writes a CPU profile of the provider process, or of the program's, which Chrome's DevTools and speedscope show as a flame graph:
 *
 *   PROFILE=provider PROFILE_TO=/tmp/refresh NODE_OPTIONS="--require $PWD/bench/profiler.cjs" pulumi refresh
 *
 * Not Node's own --cpu-prof, which writes at the end of the process: the engine ends its provider without letting it. The profile is written
 * when the process has had nothing to do for a second, and at its end: what comes after a longer wait, as for a rate limit, is not in it.
 */
const { writeFileSync } = require("node:fs");
const { Session } = require("node:inspector");

const scripts = { provider: /dynamic-provider/, program: /@pulumi[\\/]pulumi[\\/]cmd[\\/]run/ };
const { PROFILE = "provider", PROFILE_TO } = process.env;
const wanted = scripts[PROFILE];
if (wanted === undefined) throw new Error("PROFILE is neither provider nor program");
if (PROFILE_TO === undefined) throw new Error("PROFILE_TO is missing: the path that the profile's name begins with");

if (process.argv.some((argument) => wanted.test(argument))) profile(`${PROFILE_TO}-${process.pid}.cpuprofile`);

/** @param {string} path */
function profile(path) {
  const session = new Session();
  session.connect();
  session.post("Profiler.enable");
  session.post("Profiler.setSamplingInterval", { interval: 500 });
  session.post("Profiler.start");
  let isWritten = false;
  const write = () => {
    if (isWritten) return;
    isWritten = true;
    session.post("Profiler.stop", (_, { profile: measured }) => writeFileSync(path, JSON.stringify(measured)));
  };
  whenIdle(write);
  process.once("exit", write);
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit());
}

/** @param {() => void} then */
function whenIdle(then) {
  const interval = 200;
  const quietLooks = 5;
  let last = performance.eventLoopUtilization();
  let quiet = 0;
  const looking = setInterval(() => {
    const now = performance.eventLoopUtilization();
    quiet = performance.eventLoopUtilization(now, last).utilization < 0.02 ? quiet + 1 : 0;
    last = now;
    if (quiet < quietLooks) return;
    clearInterval(looking);
    then();
  }, interval);
  looking.unref();
}
