import { engineCalls } from "./engine-calls";

/** The names under which every stack's state calls this module: they stay for ever. */
const {
  configure,
  check,
  diff,
  create,
  read,
  update,
  delete: remove,
} = engineCalls(() => require("../lifecycle/product-feature") as typeof import("../lifecycle/product-feature"));

export { check, configure, create, diff, read, remove as delete, update };
