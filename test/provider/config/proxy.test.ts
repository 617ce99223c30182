import assert from "node:assert/strict";
import { requireUsableProxies } from "../../../provider/config/proxy";
import { withEnvironment } from "../../support/environment";

const none = { http_proxy: undefined, HTTP_PROXY: undefined, https_proxy: undefined, HTTPS_PROXY: undefined };

describe("The proxy variables", () => {
  for (const value of [undefined, "", "http://proxy.example:3128", "https://user:secret@proxy.example"]) {
    it(`may be ${JSON.stringify(value)}`, () => {
      using _ = withEnvironment({ ...none, HTTPS_PROXY: value });
      requireUsableProxies();
    });
  }

  for (const value of ["proxy.example:3128", "socks5://user:secret@proxy.example", "http://", "secret"]) {
    it(`may not be ${JSON.stringify(value)}: the error names the variable and not what it holds`, () => {
      using _ = withEnvironment({ ...none, https_proxy: value });
      assert.throws(requireUsableProxies, ({ message, hint }: Error & { hint: string }) => {
        assert.equal(message, "Configuration: the environment variable https_proxy is not the address of a proxy");
        assert.match(hint, /http:\/\/host:port/);
        return true;
      });
    });
  }
});
