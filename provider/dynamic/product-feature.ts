import { engineCalls } from "./engine-calls";

/** The methods that the state of every stack names. They must not be renamed or removed. */
const {
  configure,
  check,
  diff,
  create,
  read,
  update,
  delete: deleteResource,
} = engineCalls(
  () => (require("../lifecycle/product-feature") as typeof import("../lifecycle/product-feature")).productFeature,
);

export { check, configure, create, deleteResource as delete, diff, read, update };
