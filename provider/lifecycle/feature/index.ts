export { check } from "./check";
export { create } from "./create";
export { delete } from "./delete";
export { diff } from "./diff";
export { read } from "./read";
export type { FeatureInputs, FeatureState } from "./state";
export { update } from "./update";
