import fs from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { activated, checkout, eventually, workspaceRoot } from './window.ts';

suite('the whole life of a task', () => {
  test('created here, planned by an agent, approved by one command, carried out', async function () {
    this.timeout(60_000);
    const api = await activated();
    const treeText = (view: string) => api.treeText(view);
    const folder = path.join(workspaceRoot(), '.lineclear');
    fs.mkdirSync(folder, { recursive: true });
    const agent = JSON.stringify([process.execPath, path.join(checkout, 'examples/scripted-agent/agent.ts')]);
    fs.writeFileSync(path.join(folder, 'config.toml'), `[agents.scripted]\ncommand = ${agent}\n`);
    fs.writeFileSync(path.join(workspaceRoot(), 'README.md'), '# Sample\n\n## Use\n\nCall it.\n');
    const settings = vscode.workspace.getConfiguration('lineclear');
    await settings.update('agents.planner', 'scripted', vscode.ConfigurationTarget.Global);
    await settings.update('agents.coder', 'scripted', vscode.ConfigurationTarget.Global);
    await settings.update('agents.reviewer', 'scripted', vscode.ConfigurationTarget.Global);
    await settings.update('orchestrator.autoStart', true, vscode.ConfigurationTarget.Global);
    const id: unknown = await vscode.commands.executeCommand('lineclear.createTask', {
      description: 'Document the tool',
    });
    await eventually(
      () => treeText('inbox'),
      (inbox) => inbox.includes('Plan: Document the tool'),
      30_000,
    );
    await vscode.commands.executeCommand('lineclear.approvePlan', { task_id: id });
    await eventually(
      () => treeText('tasks'),
      (tasks) => /Document the tool {2}completed/.test(tasks),
      30_000,
    );
    await vscode.commands.executeCommand('lineclear.stopOrchestrator');
  });
});
