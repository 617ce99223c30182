/** Lets `perSecond` requests pass on average, and up to `size` at once. */
export class TokenBucket {
  #tokens: number;
  #updatedAt = performance.now();

  constructor(
    readonly perSecond: number,
    readonly size: number,
  ) {
    this.#tokens = size;
  }

  /** Takes a token. Returns whether there was one. */
  take(): boolean {
    const now = performance.now();
    this.#tokens = Math.min(this.size, this.#tokens + ((now - this.#updatedAt) / 1000) * this.perSecond);
    this.#updatedAt = now;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
