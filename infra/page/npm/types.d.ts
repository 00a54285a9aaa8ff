// Names for the API's types in the page's JSDoc, from the OpenAPI document as it is now.
import type { components } from "openapi";
import type { Signal as PreactSignal } from "@preact/signals";

type Schemas = components["schemas"];

declare global {
  type Author = Schemas["AuthorView"];
  type CommentView = Schemas["CommentView"];
  type Login = Schemas["Credentials"];
  type Media = Schemas["MediaView"];
  type Post = Schemas["PostView"];
  type Problem = Schemas["ProblemDocument"];
  type Story = Schemas["StoryView"];
  type User = Schemas["UserView"];
  type Signal<T> = PreactSignal<T>;
  type List = import("../../../web/app/store.js").List;
  /** Chromium's, for tests of memory. */
  function gc(): void;
}
