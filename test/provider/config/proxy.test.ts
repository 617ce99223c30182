import assert from "node:assert/strict";
import { assertUsableProxies } from "../../../provider/config/proxy";
import { withEnvironment } from "../../support/environment";

const unset = { http_proxy: undefined, HTTP_PROXY: undefined, https_proxy: undefined, HTTPS_PROXY: undefined };

describe("assertUsableProxies", () => {
  for (const value of [undefined, "", "http://proxy.example:3128", "https://user:secret@proxy.example"]) {
    it(`accepts ${JSON.stringify(value)}`, () => {
      using _ = withEnvironment({ ...unset, HTTPS_PROXY: value });
      assertUsableProxies();
    });
  }

  for (const value of ["proxy.example:3128", "socks5://user:secret@proxy.example", "http://", "secret"]) {
    it(`rejects ${JSON.stringify(value)}, and names the variable without its value`, () => {
      using _ = withEnvironment({ ...unset, https_proxy: value });
      assert.throws(assertUsableProxies, {
        name: "EntitlementsError",
        kind: "configuration",
        message: "Configuration: the environment variable https_proxy is not the address of a proxy",
        hint: "Set it to http://host:port, or with a user to http://user:password@host:port.",
      });
    });
  }
});
