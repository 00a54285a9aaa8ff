// Walks the API with the two generated TypeScript clients: `node walk.js BASE_URL PHOTO`.
// hey-api's SDK uploads, posts, pages and exports; openapi-typescript's types hold the same answers.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";

import type { components } from "./generated/api.js";
import { formDataBodySerializer } from "./generated/sdk/client/index.js";
import { client } from "./generated/sdk/client.gen.js";
import {
  createPost, getExport, getHomeFeed, getMedia, likePost, logIn, requestExport, signUp,
  uploadPicture,
} from "./generated/sdk/sdk.gen.js";

type Schemas = components["schemas"];
type Post = Schemas["PostView"];
type Problem = Schemas["ProblemDocument"];
type Slot = Schemas["UploadSlot"];

const [baseUrl = "", photo = ""] = process.argv.slice(2);
const PATIENCE_MS = 60_000;

async function until<T>(ask: () => Promise<T>, isDone: (found: T) => boolean): Promise<T> {
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end; ) {
    const found = await ask();
    if (isDone(found)) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error("it took too long");
}

async function ready(mediaId: string): Promise<string> {
  const ask = async () => (await getMedia({ path: { media_id: mediaId }, throwOnError: true })).data;
  const media = await until(ask, (one) => one.status === "ready" || one.status === "failed");
  assert.equal(media.status, "ready");
  assert.equal(media.renditions["full"]?.content_type, "image/webp");
  return media.media_id;
}

async function feedOf(userId: string): Promise<Post[]> {
  const posts: Post[] = [];
  let cursor: string | null = "";
  while (cursor !== null) {
    const page: { items: Post[]; next_cursor: string | null } = (
      await getHomeFeed({
        path: { user_id: userId }, query: { limit: 1, cursor }, throwOnError: true,
      })
    ).data;
    posts.push(...page.items);
    cursor = page.next_cursor;
  }
  return posts;
}

client.setConfig({ baseUrl });
const username = `walker_${Math.random().toString(36).slice(2, 12)}`;
const password = "twelve grey clouds";
const email = `${username}@example.com`;
const signedUp = await signUp({ body: { username, email, password }, throwOnError: true });
assert.equal(signedUp.response.headers.get("location"), `/users/${signedUp.data.user_id}`);
const again = await signUp({ body: { username, email, password } });
const problem: Problem | undefined = again.error;
assert.equal(problem?.status, 409);

const tokens = (await logIn({ body: { username, password }, throwOnError: true })).data;
client.setConfig({ baseUrl, auth: () => tokens.id_token });

// hey-api types the JSON body of an upload alone; its client sends the others, typed by the types.
const bytes = new Blob([await readFile(photo)]);
const upload = {
  url: "/upload", security: [{ scheme: "bearer", type: "http" }], throwOnError: true,
} as const;
type Taken = { 201: Slot };
const form: Omit<Schemas["UploadFile"], "file"> & { file: Blob } = {
  file: bytes, kind: "post", keep_position: false,
};
const asForm = await client.post<Taken, Problem, true>({
  ...upload, ...formDataBodySerializer, body: form, headers: { "Content-Type": null },
});
const asBody = await client.post<Taken, Problem, true>({
  ...upload, body: bytes, bodySerializer: null,
  headers: { "Content-Type": "application/octet-stream" },
});
const slot = (await uploadPicture({
  body: { content_type: "image/jpeg", size: bytes.size }, throwOnError: true,
})).data;
assert.ok(slot.upload);
const toS3 = new FormData();
for (const [name, value] of Object.entries(slot.upload.fields)) toS3.append(name, value);
toS3.append("file", bytes);
assert.equal((await fetch(slot.upload.url, { method: "POST", body: toS3 })).status, 204);

const made: string[] = [];
for (const { media_id } of [asForm.data, asBody.data, slot]) {
  const mediaId = await ready(media_id);
  const post = await createPost({
    body: { media_ids: [mediaId], caption: "Walked here", filter: "dawn" }, throwOnError: true,
  });
  made.unshift(post.data.post_id);
  // A feed is in the order of publication, and a post with a filter is published when it is rendered.
  await until(() => feedOf(tokens.user_id), (posts) => posts.length === made.length);
}
const feed = await feedOf(tokens.user_id);
assert.deepEqual(feed.map((post) => post.post_id), made);

const liked = await likePost({ body: { post_id: made[0] ?? "" }, throwOnError: true });
assert.deepEqual([liked.data.liked, liked.data.like_count], [true, 1]);

await requestExport({ throwOnError: true });
const ask = async () => (await getExport({ throwOnError: true })).data;
const exported = await until(ask, (one) => one.status === "ready");
assert.ok(exported.url);
