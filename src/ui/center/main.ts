// oxlint-disable-next-line import/no-unassigned-import -- it has to run before the schemas below are made
import '../zod-jitless.ts';
// oxlint-disable-next-line import/no-unassigned-import -- texts are looked up when the modules below are loaded
import '../strings.ts';
import { vsCodeHost } from '../host.ts';
import { CenterPage } from './center-page.ts';
import type { CenterIntent } from './intent.ts';
import { type CenterPageState, centerMessage } from './protocol.ts';

const host = vsCodeHost<CenterIntent, CenterPageState>();
const page = new CenterPage(host);
window.addEventListener('message', (event) => {
  const message = centerMessage.safeParse(event.data);
  // Browsers and VS Code send messages of their own.
  if (message.success) page.receive(message.data);
});
document.body.append(page);
host.send({ type: 'ready' });
