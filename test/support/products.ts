import assert from "node:assert/strict";
import type { Emulator, Product } from "../../emulator";

/** Creates a product in the sandbox, with parameters of the API such as `metadata[plan]`. */
export async function createProduct(
  { url, apiKey }: Emulator,
  parameters: Readonly<Record<string, string>>,
): Promise<Product> {
  const response = await fetch(`${url}/v1/products`, {
    method: "POST",
    headers: { authorization: `Bearer ${apiKey}` },
    body: new URLSearchParams(parameters),
  });
  const text = await response.text();
  assert.equal(response.status, 200, text);
  return JSON.parse(text);
}
