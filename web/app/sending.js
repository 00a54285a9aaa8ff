// Sends one picture: asks for a form, posts it with its progress, and waits until it is rendered.
import { call, Refusal } from "./api.js";
import { backoff } from "./pure/backoff.js";

/**
 * @param {Blob} file @param {string} type @param {"post" | "story"} kind
 * @param {(share: number) => void} onProgress from 0 to 1
 * @returns {Promise<string>} the media's id
 */
export async function sendPicture(file, type, kind, onProgress) {
  const slot = await call("POST", "/upload", { body: { content_type: type, size: file.size, kind } });
  await postForm(slot.upload, file, onProgress);
  return slot.media_id;
}

/** @param {{url: string, fields: Record<string, string>}} form @param {Blob} file @param {(share: number) => void} onProgress */
const postForm = (form, file, onProgress) =>
  new Promise((resolve, reject) => {
    const data = new FormData();
    for (const [name, value] of Object.entries(form.fields)) data.append(name, value);
    data.append("file", file);
    const request = new XMLHttpRequest();
    request.upload.onprogress = ({ loaded, total }) => onProgress(total ? loaded / total : 0);
    const lost = "The connection was lost on the way.";
    request.onerror = () => reject(new Refusal(0, { detail: navigator.onLine ? lost : "You are offline." }));
    request.onload = () => {
      if (request.status < 300) resolve(null);
      // A form that has expired is refused with a 403; the next attempt asks for a new one.
      else reject(new Refusal(request.status === 403 ? 503 : request.status, { detail: told(request.responseText) }));
    };
    request.open("POST", form.url);
    request.send(data);
  });

/** The reason in the storage's XML. @param {string} xml */
const told = (xml) => /<Message>([^<]*)/.exec(xml)?.[1] ?? "The picture was not taken.";

/** Wait until a picture is ready. Gives it; a picture that has failed is refused with its reason. @param {string} id @returns {Promise<Media>} */
export async function untilReady(id) {
  for (let attempt = 0; ; attempt++) {
    const media = await call("GET", `/media/${id}`).catch((error) => {
      if (!error.isTransient) throw error;
      return null;
    });
    if (media?.status === "ready") return media;
    if (media?.status === "failed") throw new Refusal(422, { detail: media.failure.detail });
    await new Promise((resolve) => setTimeout(resolve, backoff(attempt)));
  }
}
