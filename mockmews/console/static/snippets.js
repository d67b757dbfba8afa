// What to type, in the language of the user's app: a guest opens a thread and writes.

const literal = JSON.stringify;

/** The programs, by language, for these tokens. */
export function snippets({ url, client_token: client, access_token: access }) {
  return {
    curl: `MEWS=${url}/api/connector/v1
TOKENS='"ClientToken": "${client}", "AccessToken": "${access}", "Client": "My concierge 1.0"'

THREAD=$(curl -s $MEWS/messageThreads/add -H 'Content-Type: application/json' \\
  -d "{$TOKENS, \\"OriginalSender\\": \\"Penelope\\", \\"Subject\\": \\"Late arrival\\"}" | cut -d'"' -f6)
curl -s $MEWS/messages/add -H 'Content-Type: application/json' \\
  -d "{$TOKENS, \\"Messages\\": [{\\"MessageThreadId\\": \\"$THREAD\\", \\"Text\\": \\"Hi! I just wanted to let you know I will be arriving late tonight\\"}]}"
`,
    Python: `import json
from urllib.request import Request, urlopen

def mews(operation, **fields):
    tokens = {"ClientToken": ${literal(client)},
              "AccessToken": ${literal(access)}, "Client": "My concierge 1.0"}
    request = Request("${url}/api/connector/v1/" + operation, json.dumps({**tokens, **fields}).encode(),
                      {"Content-Type": "application/json"})
    return json.load(urlopen(request))

thread = mews("messageThreads/add", OriginalSender="Penelope", Subject="Late arrival")["MessageThreads"][0]
mews("messages/add", Messages=[{"MessageThreadId": thread["Id"],
     "Text": "Hi! I just wanted to let you know I will be arriving late tonight"}])
`,
    Node: `async function mews(operation, fields) {
  const tokens = { ClientToken: ${literal(client)},
    AccessToken: ${literal(access)}, Client: "My concierge 1.0" };
  const response = await fetch("${url}/api/connector/v1/" + operation, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ ...tokens, ...fields }),
  });
  return response.json();
}

async function main() {
  const { MessageThreads: [thread] } = await mews("messageThreads/add", { OriginalSender: "Penelope", Subject: "Late arrival" });
  await mews("messages/add", { Messages: [{ MessageThreadId: thread.Id,
    Text: "Hi! I just wanted to let you know I will be arriving late tonight" }] });
}
main();
`,
  };
}
