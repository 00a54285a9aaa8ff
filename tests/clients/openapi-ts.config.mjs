// How hey-api makes a client: imports as Node resolves them.
export default {
  input: "openapi.json",
  output: { path: "generated/sdk", tsConfigPath: "tsconfig.json", importFileExtension: ".js" },
  plugins: ["@hey-api/client-fetch", "@hey-api/typescript", "@hey-api/sdk"],
};
