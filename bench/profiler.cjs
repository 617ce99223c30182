/**
 * Writes a CPU profile of the provider process or of the program. Chrome's DevTools and speedscope
 * show it as a flame graph.
 *
 *     export PROFILE=provider PROFILE_TO=/tmp/refresh
 *     NODE_OPTIONS="--require $PWD/bench/profiler.cjs" pulumi refresh
 *
 * `--cpu-prof` of Node.js does not work here: it writes at the end of the process, and the engine
 * kills its provider. This script writes the profile once the process has been idle for a second,
 * or when it exits. Work after a longer pause, for example for a rate limit, is not in the profile.
 */
const { writeFileSync } = require("node:fs");
const { Session } = require("node:inspector");

const scripts = {
  provider: /dynamic-provider|pulumi-resource-stripe-entitlements/,
  program: /@pulumi[\\/]pulumi[\\/]cmd[\\/]run/,
};
const { PROFILE = "provider", PROFILE_TO } = process.env;
const wanted = scripts[PROFILE];
if (wanted === undefined) throw new Error(`PROFILE must be provider or program, got "${PROFILE}"`);
if (PROFILE_TO === undefined)
  throw new Error("PROFILE_TO is not set. Set it to the path of the profile, without the process id and extension.");

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
  const idleSamples = 5;
  let last = performance.eventLoopUtilization();
  let idle = 0;
  const timer = setInterval(() => {
    const now = performance.eventLoopUtilization();
    idle = performance.eventLoopUtilization(now, last).utilization < 0.02 ? idle + 1 : 0;
    last = now;
    if (idle < idleSamples) return;
    clearInterval(timer);
    then();
  }, interval);
  timer.unref();
}
