// The rules of the page, without a browser: `node --test tests/web`.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { inflateSync } from "node:zlib";

import { backoff } from "../../web/app/pure/backoff.js";
import { exifLine } from "../../web/app/pure/exif-line.js";
import { appended, headed, newcomers, refreshed } from "../../web/app/pure/feed-merging.js";
import { apply, unpacked } from "../../web/app/pure/looks.js";
import { focusAt, focusOf, nudged } from "../../web/app/pure/focus.js";
import { matched } from "../../web/app/pure/paths.js";
import { ahead, firstUnseen, personStepped, running, stepped, withRunning } from "../../web/app/pure/story-timing.js";
import { partsOf } from "../../web/app/pure/text-parts.js";
import { threadsOf } from "../../web/app/pure/threads.js";
import { ago, counted, duration, megabytes } from "../../web/app/pure/times.js";
import { afterFailure, moved, nextUp, reasonAgainst, typeOf } from "../../web/app/pure/upload-queue.js";

const post = (id, author = "a") => ({ post_id: id, author: { user_id: author } });
const bytes = (text) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

test("a next page repeats nothing", () => {
  assert.deepEqual(appended([post("3"), post("2")], [post("2"), post("1")]).map((one) => one.post_id), ["3", "2", "1"]);
});

test("a next page of comments is added, though all are of one post", () => {
  const said = (comment_id) => ({ comment_id, post_id: "p" });
  assert.equal(appended([said("1")], [said("1"), said("2")]).length, 2);
});

test("what a list has not got yet stands above it, and nothing twice", () => {
  const ids = (first, items) => headed(first.map((id) => post(id)), items.map((id) => post(id))).map((one) => one.post_id);
  assert.deepEqual(ids(["9"], ["3", "2"]), ["9", "3", "2"]);
  assert.deepEqual(ids(["3"], ["4", "3"]), ["4", "3"]);
});

test("newcomers are those above the first known post, without one's own", () => {
  const known = [post("2"), post("1")];
  assert.equal(newcomers(known, [post("4"), post("3", "me"), post("2")], "me"), 1);
  assert.equal(newcomers(known, known, "me"), 0);
  assert.equal(newcomers([], [post("1")], "me"), 1);
});

test("a fresh page goes on top where it meets the list, and else begins it anew", () => {
  const meets = refreshed([post("2"), post("1")], [post("3"), post("2")]);
  assert.deepEqual([meets.items.map((one) => one.post_id), meets.meets], [["3", "2", "1"], true]);
  const apart = refreshed([post("1")], [post("9"), post("8")]);
  assert.deepEqual([apart.items.map((one) => one.post_id), apart.meets], [["9", "8"], false]);
});

test("a viewer goes through stories, then to the next person's first unseen one, then ends", () => {
  const people = [{ stories: [{ seen: true }, { seen: false }] }, { stories: [{ seen: true }, { seen: false }, { seen: false }] }];
  assert.equal(firstUnseen(people[0].stories), 1);
  assert.deepEqual(stepped(people, { person: 0, story: 0 }, 1), { person: 0, story: 1 });
  assert.deepEqual(stepped(people, { person: 0, story: 1 }, 1), { person: 1, story: 1 });
  assert.equal(stepped(people, { person: 1, story: 2 }, 1), null);
  assert.deepEqual(stepped(people, { person: 0, story: 0 }, -1), { person: 0, story: 0 });
  assert.deepEqual(personStepped(people, { person: 1, story: 0 }, -1), { person: 0, story: 1 });
  assert.equal(ahead(people, { person: 0, story: 0 }).length, 2);
});

test("a story is shown exactly while now is before its end", () => {
  const story = { expires_at: "2026-01-01T00:00:10Z" };
  const end = Date.parse(story.expires_at);
  assert.deepEqual([running([story], end - 1).length, running([story], end).length], [1, 0]);
});

test("people whose stories have all ended are left out", () => {
  const [over, runs] = ["2026-01-01T00:00:10Z", "2026-01-01T00:00:20Z"].map((expires_at) => ({ expires_at }));
  const people = [{ stories: [over], seen: false }, { stories: [over, runs], seen: true }];
  assert.deepEqual(withRunning(people, Date.parse(over.expires_at)), [{ stories: [runs], seen: true }]);
});

test("three uploads run at once, and one that waits for its next attempt is passed over", () => {
  const item = (state, retryAt = 0) => ({ state, attempt: 0, retryAt });
  assert.equal(nextUp([1, 2, 3, 4, 5].map(() => item("waiting")), 0).length, 3);
  assert.equal(nextUp([item("sending"), item("sending"), item("waiting"), item("waiting")], 0).length, 1);
  assert.deepEqual(nextUp([item("waiting", 50), item("waiting")], 0), [item("waiting")]);
});

test("a transient failure waits longer each time and then gives up; any other fails at once", () => {
  assert.deepEqual([0, 1, 2, 3, 4, 5, 9].map(backoff), [1000, 2000, 4000, 8000, 16000, 30000, 30000]);
  const first = { state: "sending", attempt: 0, retryAt: 0 };
  assert.deepEqual(afterFailure(first, true, 100), { state: "waiting", attempt: 1, retryAt: 1100 });
  assert.equal(afterFailure({ ...first, attempt: 5 }, true, 0).state, "failed");
  assert.equal(afterFailure(first, false, 0).state, "failed");
});

test("a file is judged by its first bytes and its size, whatever it is called", () => {
  const heads = { "\xff\xd8\xff\xe0": "image/jpeg", "\x89PNG\r\n\x1a\n": "image/png", GIF89a: "image/gif",
    "RIFF\0\0\0\0WEBP": "image/webp", "\0\0\0\x1cftypheic": "image/heic", "\0\0\0\x1cftypavif": "image/avif" };
  for (const [head, type] of Object.entries(heads)) assert.equal(typeOf(bytes(head)), type);
  assert.equal(typeOf(bytes("%PDF-1.7")), null);
  assert.match(reasonAgainst(10, bytes("%PDF-1.7")), /not a picture/);
  assert.match(reasonAgainst(0, bytes("")), /empty/);
  assert.equal(reasonAgainst(20 * 1024 * 1024, bytes("\xff\xd8\xff")), null);
  assert.match(reasonAgainst(20 * 1024 * 1024 + 1, bytes("\xff\xd8\xff")), /20 MB is the most/);
});

test("pictures move within their list", () => {
  assert.deepEqual(moved(["a", "b", "c"], 2, 0), ["c", "a", "b"]);
  assert.deepEqual(moved(["a", "b", "c"], 0, 9), ["b", "c", "a"]);
});

test("times are said as people say them", () => {
  const now = Date.parse("2026-11-28T12:00:00Z");
  const before = (seconds) => ago(new Date(now - seconds * 1000).toISOString(), now);
  assert.deepEqual([5, 60, 3599, 3600, 86400, 6 * 86400].map(before), ["now", "1 min", "59 min", "1 h", "1 d", "6 d"]);
  assert.match(ago("2026-11-01T12:00:00Z", now), /^November 1$/);
  assert.match(ago("2025-11-01T12:00:00Z", now), /2025/);
  assert.deepEqual([duration(0.2), duration(59), duration(125)], ["1 s", "59 s", "2 min 5 s"]);
  assert.deepEqual([3_599, 3_600, 86_399, 86_400, 30 * 86_400].map(duration), ["59 min 59 s", "1 h", "24 h", "1 day", "30 days"]);
  assert.deepEqual([counted(1, "like"), counted(2, "like"), counted(1200, "like")], ["1 like", "2 likes", "1.2K likes"]);
  assert.deepEqual([megabytes(400), megabytes(20_000), megabytes(4_500_000)], ["1 KB", "20 KB", "4.5 MB"]);
});

test("mentions, tags and links are found, and what only looks like them is not", () => {
  const found = (text) => partsOf(text).filter((part) => part.kind !== "text").map((part) => part.path);
  assert.deepEqual(found("with @mira. at #Harbour"), ["/u/mira", "/tags/harbour"]);
  assert.deepEqual(found("mail me@example.com, take #1, a&#35;"), []);
  assert.deepEqual(found("see https://example.com/a?b=1)."), ["https://example.com/a?b=1"]);
  assert.deepEqual(found("javascript:alert(1) @ab"), []);
  assert.deepEqual(found("#größe #日本"), ["/tags/gr%C3%B6%C3%9Fe", "/tags/%E6%97%A5%E6%9C%AC"]);
  const text = "a @mira b #tag\nc https://x.example d";
  assert.equal(partsOf(text).map((part) => part.text).join(""), text);
});

test("replies stand under what they answer, and alone where that is gone", () => {
  const comment = (id, reply_to = null) => ({ comment_id: id, reply_to });
  const threads = threadsOf([comment("1"), comment("2", "1"), comment("3"), comment("4", "gone"), comment("5", "1")]);
  assert.deepEqual(threads.map(({ first, replies }) => [first.comment_id, replies.map((one) => one.comment_id)]),
    [["1", ["2", "5"]], ["3", []], ["4", []]]);
});

test("addresses match their patterns", () => {
  assert.deepEqual(matched("/u/:name", "/u/mira"), { name: "mira" });
  assert.deepEqual(matched("/u/:name", "/u/mira/"), { name: "mira" });
  assert.deepEqual(matched("/", "/"), {});
  assert.deepEqual(matched("/u/:name", "/u/%E0%A4%A"), { name: "%E0%A4%A" });
  for (const path of ["/u/", "/u", "/u/a/b", "/"]) assert.equal(matched("/u/:name", path), null);
});

test("a photograph's facts are one line", () => {
  const exif = { camera: "SONY NEX-3N", focal_length_mm: 28, aperture: 8, exposure_s: 0.0015625, iso: 400 };
  assert.equal(exifLine(exif), "SONY NEX-3N · 28 mm · f/8 · 1/640 s · ISO 400");
  assert.equal(exifLine({ exposure_s: 2 }), "2 s");
  assert.equal(exifLine({}), "");
});

test("the looks are those of the server, and a grey one makes grey", () => {
  const looks = unpacked(inflateSync(readFileSync(new URL("../../web/looks.bin", import.meta.url))));
  assert.equal(looks.size, 16);
  const pixels = new Uint8ClampedArray([200, 40, 90, 255, 10, 220, 30, 255]);
  apply(pixels, 2, looks.get("silver"));
  for (const at of [0, 4]) assert.ok(Math.abs(pixels[at] - pixels[at + 1]) < 12, `${pixels}`);
  assert.equal(pixels[3], 255);
});

test("a focal point is from -1 to 1 and grows upwards", () => {
  assert.deepEqual(focusAt(0, 0), { x: -1, y: 1 });
  assert.deepEqual(focusAt(0.755, 1.2), { x: 0.51, y: -1 });
  assert.deepEqual(focusOf({ focus: focusAt(0.25, 0.75) }), { objectPosition: "25% 75%" });
  assert.equal(focusOf({ focus: null }), undefined);
});

test("arrow keys move a focal point, and stop at the edge", () => {
  assert.deepEqual(nudged({ x: 0, y: 0 }, "ArrowUp"), { x: 0, y: 0.1 });
  assert.deepEqual(nudged({ x: 0.95, y: 0 }, "ArrowRight"), { x: 1, y: 0 });
  assert.equal(nudged({ x: 0, y: 0 }, "Enter"), null);
});
