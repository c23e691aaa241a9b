// asprofile in a thread of its own: loads Pyodide and the wheel that are beside this file, then answers calls.
// When both are there, what could reach a network is taken away.
import { loadPyodide } from "./pyodide/pyodide.mjs";

const begin = async () => {
  const python = await loadPyodide({ indexURL: new URL("./pyodide/", import.meta.url).href });
  const answer = await fetch(new URL("asprofile.zip", import.meta.url));
  if (!answer.ok) throw new Error(`asprofile.zip: ${answer.status} ${answer.statusText}`);
  python.unpackArchive(await answer.arrayBuffer(), "zip");
  for (const name of ["fetch", "XMLHttpRequest", "WebSocket", "EventSource", "WebTransport", "importScripts"]) {
    self[name] = undefined;
  }
  python.setStdin({ error: true });
  return python.runPython("import bridge; bridge.called");
};

const ready = begin();
ready.then(
  () => postMessage({ ready: true }),
  (error) => postMessage({ failed: String(error.message ?? error) }),
);
addEventListener("message", async ({ data: { number, name, given } }) => {
  const called = await ready;
  try {
    postMessage({ number, result: called(name, JSON.stringify(given)) });
  } catch (error) {
    // The last line of a traceback says what it was.
    postMessage({ number, error: String(error.message ?? error).trim().split("\n").at(-1) });
  }
});
