// oxlint-disable-next-line import/no-unassigned-import -- it has to run before the schemas below are made
import '../zod-jitless.ts';
// oxlint-disable-next-line import/no-unassigned-import -- texts are looked up when the modules below are loaded
import '../strings.ts';
import { vsCodeHost } from '../host.ts';
import { PlanPage } from './plan-page.ts';
import type { PlanIntent } from './intent.ts';
import type { PlanPageState } from './page-state.ts';
import { planMessage } from './protocol.ts';

const host = vsCodeHost<PlanIntent, PlanPageState>();
const page = new PlanPage(document.body.dataset['taskId'] ?? '', host);
window.addEventListener('message', (event) => {
  const message = planMessage.safeParse(event.data);
  // Browsers and VS Code send messages of their own.
  if (message.success) page.receive(message.data);
});
document.body.append(page);
host.send({ type: 'ready' });
