/** What VS Code gives a webview's page; the phone's page brings its own. */
interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare global {
  function acquireVsCodeApi(): VsCodeApi;
}

/** The other side of a page: takes intents and keeps what must survive a reload. */
export interface Host<Intent, State> {
  send(intent: Intent): void;
  /** Whatever was saved last; parse it, an older version may have written it. */
  load(): unknown;
  save(state: State): void;
}

/** The extension as the host. VS Code lets a page ask for it once. */
export function vsCodeHost<Intent, State>(): Host<Intent, State> {
  const api = acquireVsCodeApi();
  return {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- not a window's: VS Code's takes no origin
    send: (intent) => api.postMessage(intent),
    load: () => api.getState(),
    save: (state) => api.setState(state),
  };
}
