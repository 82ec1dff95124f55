// This tablet's enrolment, kept in IndexedDB: the token and the device it stands for.
// The enrolment page writes it; the tablet app reads it.

const DATABASE = "hantei-device";
const STORE = "enrolment";
const KEY = "current";

/** An error to show as it is; `fields` holds messages by field where the server gave them. */
export class EnrolmentError extends Error {
  constructor(message, fields = {}) {
    super(message);
    this.fields = fields;
  }
}

function open() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
    request.onblocked = () => reject(new Error("blocked"));
  });
}

async function inStore(mode, act) {
  const database = await open();
  try {
    return await new Promise((resolve, reject) => {
      const transaction = database.transaction(STORE, mode, { durability: "strict" });
      const request = act(transaction.objectStore(STORE));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = () => reject(transaction.error);
    });
  } finally {
    database.close();
  }
}

/** The enrolment `{token, device: {id, name}, enrolled_at}`, or undefined. */
export function currentEnrolment() {
  return inStore("readonly", (store) => store.get(KEY));
}

/** Forget this tablet's token here; the server still has to shut it out. */
export function forgetEnrolment() {
  return inStore("readwrite", (store) => store.delete(KEY));
}

/** Trade a one-time code for a token and keep it. Throws EnrolmentError. */
export async function enrol(code, name) {
  await assertCanStore(); // before the code is spent, which works once only
  const { token, device } = await trade(code, name);
  const enrolment = {
    token,
    device: { id: device.id, name: device.name },
    enrolled_at: new Date().toISOString(),
  };
  await inStore("readwrite", (store) => store.put(enrolment, KEY));
  await navigator.storage?.persist?.().catch(() => false); // asks not to be cleared away
  return enrolment;
}

async function assertCanStore() {
  try {
    await inStore("readwrite", (store) => store.get(KEY));
  } catch {
    throw new EnrolmentError(
      "このブラウザーは端末内に保存できません。プライベートモードを終えて、開き直してください。",
    );
  }
}

async function trade(code, name) {
  let response;
  try {
    response = await fetch("/api/v1/devices/enrol", {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json" },
      body: JSON.stringify({ code, name }),
    });
  } catch {
    throw new EnrolmentError("サーバーにつながりません。電波を確かめて、もう一度押してください。");
  }
  const body = await response.json().catch(() => ({}));
  if (response.ok) return body;
  throw new EnrolmentError(message(response.status, body), body.errors);
}

function message(status, problem) {
  if (status === 429) {
    return "短い時間に何度も送られました。1 分ほど待って、もう一度押してください。";
  }
  return problem.detail ?? `登録できませんでした（${status}）。事務局に知らせてください。`;
}
