/** What a role may do on these pages, so that nobody is shown a button that only refuses. The server decides all the same. */

/** @typedef {"interview.whisper" | "interview.speak" | "interview.control" | "chat.view" | "chat.candidate" | "chat.backroom" | "alert.acknowledge" | "invite.issue" | "interview.create" | "flow.edit"} Permission */

const ALL = ["interview.whisper", "interview.speak", "interview.control", "chat.view", "chat.candidate", "chat.backroom", "alert.acknowledge", "invite.issue", "interview.create", "flow.edit"];

/** @type {Record<string, string[]>} */
const PERMISSIONS = {
  admin: ALL,
  recruiter: ALL,
  observer: ["chat.view", "chat.backroom"],
  qa: ["interview.control", "alert.acknowledge", "invite.issue", "interview.create"],
};

/** @param {import("./api.js").User | null} user @param {Permission} permission */
export function may(user, permission) {
  return user !== null && (PERMISSIONS[user.role] ?? []).includes(permission);
}
