// A request of the journal as a curl command that can be run again: with the tokens that the journal masks.

const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;

/** The command; `world` gives back the tokens, of which a journal shows only the ends. */
export function curl(entry, world) {
  const address = `${location.origin}${entry.path}${entry.query ? `?${entry.query}` : ""}`;
  const words = ["curl", entry.method === "POST" ? "" : `-X ${entry.method}`, quoted(address)].filter(
    Boolean,
  );
  const type = (entry.request_headers ?? []).find(([name]) => name.toLowerCase() === "content-type");
  if (type) words.push("-H", quoted(`${type[0]}: ${type[1]}`));
  const body = entry.request?.json ?? entry.request?.text;
  if (body !== null && body !== undefined && body !== "") {
    const text = typeof body === "string" && entry.request.json === null ? body : JSON.stringify(body);
    words.push("--data-binary", quoted(unmasked(text, world)));
  }
  return words.join(" ");
}

function unmasked(text, world) {
  if (!world) return text;
  const tokens = [world.client_token, ...world.access_tokens.map((each) => each.access_token)];
  let found = text;
  for (const token of tokens) found = found.replaceAll(`${token.slice(0, 4)}***${token.slice(-4)}`, token);
  return found
    .replaceAll('"ClientToken":"***"', `"ClientToken":${JSON.stringify(world.client_token)}`)
    .replaceAll('"AccessToken":"***"', `"AccessToken":${JSON.stringify(world.access_token)}`);
}
