import type { MethodDefinition } from "@grpc/grpc-js";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import type { Properties } from "./wire";

const key = "__proto__";

/** The bytes in a message between which a map has the key: tag and length before, a tag after. */
const entry = Buffer.from(`\n\t${key}\x12`, "latin1");

const requestsWithKey = new WeakSet<object>();

/**
 * The service of a provider plugin, which finds the key `__proto__` in declared properties.
 * JavaScript takes this key for the object's prototype, so google-protobuf drops it.
 */
export const providerService = {
  ...ResourceProviderService,
  check: withSearch(ResourceProviderService.check),
  construct: withSearch(ResourceProviderService.construct),
};

/** Whether a map in the request was sent with the key `__proto__`. */
export function hasPrototypeKey(request: object): boolean {
  return requestsWithKey.has(request);
}

/** Returns the properties with the key in their metadata if it was sent. The rules reject it. */
export function withPrototypeKey(request: object, properties: Properties): Properties {
  const { metadata } = properties;
  if (!hasPrototypeKey(request) || typeof metadata !== "object" || metadata === null) return properties;
  return { ...properties, metadata: Object.fromEntries([...Object.entries(metadata), [key, ""]]) };
}

function withSearch<Request extends object, Response>(
  method: MethodDefinition<Request, Response>,
): MethodDefinition<Request, Response> {
  return {
    ...method,
    requestDeserialize: (bytes) => {
      const request = method.requestDeserialize(bytes);
      if (bytes.includes(entry)) requestsWithKey.add(request);
      return request;
    },
  };
}
