/** Options of gRPC connections with the engine. The SDK uses the same limit. */
export const channelOptions = {
  /** Bytes. */
  "grpc.max_receive_message_length": 400 * 1024 * 1024,
};
