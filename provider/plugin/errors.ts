import { Metadata, type ServiceError, status } from "@grpc/grpc-js";
import { ErrorResourceInitFailed, UpdateRequest } from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import { isCatalogError } from "../catalog/errors";
import { formatError, isEntitlementsError, isPartialUpdateError } from "../lifecycle/errors";
import { toStructLike } from "./wire";

/**
 * Returns the error in the form that the engine reads.
 *
 * @param request of the call. The engine stores a partial update of its resource.
 */
export function toServiceError(error: unknown, request: unknown): Partial<ServiceError> {
  if (isPartialUpdateError(error) && request instanceof UpdateRequest) {
    return { code: status.UNKNOWN, ...initializationError(request, error.state, formatError(error.cause)) };
  }
  return { code: status.UNKNOWN, details: textOf(error) };
}

function textOf(error: unknown): string {
  if (isEntitlementsError(error)) return formatError(error);
  if (isCatalogError(error)) return error.message;
  // The engine's own error, about a child of a component.
  if (isServiceError(error)) return error.details;
  return String((error as Error | undefined)?.stack ?? error);
}

function isServiceError(error: unknown): error is ServiceError {
  return error instanceof Error && "details" in error && "metadata" in error;
}

/**
 * Details of the kind that Pulumi's own SDKs send, cmd/dynamic-provider/index.ts in pulumi/pulumi.
 */
function initializationError(request: UpdateRequest, state: object, details: string): Partial<ServiceError> {
  const failed = new ErrorResourceInitFailed()
    .setId(request.getId())
    .setProperties(toStructLike(state, request.getNews()))
    .setReasonsList([details]);
  const packed = new Any();
  packed.pack(failed.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const answer = new Status().setCode(status.UNKNOWN).setMessage(details).setDetailsList([packed]);
  const metadata = new Metadata();
  metadata.add("grpc-status-details-bin", Buffer.from(answer.serializeBinary()));
  return { details, metadata };
}
