import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import type { LineclearApi } from '../../../src/vscode/activate.ts';
import { commandIds } from '../../../src/vscode/commands.ts';
import { activated, cli, eventually, workspaceRoot } from './window.ts';

const editedText = (): string => vscode.window.activeTextEditor?.document.getText() ?? '';

suite('views and commands', () => {
  let api: LineclearApi;
  const treeText = (view: string) => api.treeText(view);

  suiteSetup(async () => {
    await vscode.workspace
      .getConfiguration('lineclear')
      .update('orchestrator.autoStart', false, vscode.ConfigurationTarget.Global);
    api = await activated();
  });

  test('every command of the table is registered', async () => {
    const registered = new Set(await vscode.commands.getCommands(true));
    assert.deepEqual(
      commandIds.filter((id) => !registered.has(id)),
      [],
    );
  });

  test('a window that opens a folder without a log makes none', () => {
    assert.equal(fs.existsSync(path.join(workspaceRoot(), '.lineclear')), false);
    assert.equal(treeText('tasks'), '');
  });

  test('a task that another process created shows up, though there was no log before', async () => {
    await cli('create', 'Fix the login');
    const text = await eventually(
      () => treeText('tasks'),
      (tasks) => tasks !== '',
    );
    assert.match(text, /^Fix the login {2}created/);
  });

  test('Create Task takes its description as an argument and returns the id', async () => {
    const id: unknown = await vscode.commands.executeCommand('lineclear.createTask', {
      description: 'Add rate limiting',
    });
    assert.equal(typeof id, 'string');
    assert.match(
      treeText('tasks'),
      /^Add rate limiting {2}created · just now\n {2}Plan {2}not begun yet\nFix the login {2}created/,
    );
    assert.match(treeText('activity'), /created the task “Add rate limiting”/);
    assert.match(await cli('list'), /Add rate limiting/);
  });

  test('an agent that another process reports is shown, and its question can be answered here', async () => {
    const id: unknown = await vscode.commands.executeCommand('lineclear.createTask', {
      description: 'Ask me',
    });
    assert.ok(typeof id === 'string');
    const emit = (type: string, by: string, data: unknown) =>
      cli(
        'emit',
        JSON.stringify({ type, task_id: id, source: 'test', source_agent_id: by, call_chain: [by], data }),
      );
    await emit('question.asked', 'coder-9', { question_id: 'q-1', question: 'Which database?' });
    await eventually(
      () => treeText('inbox'),
      (inbox) => inbox.startsWith('Which database?  coder-9 · Ask me'),
    );
    await vscode.commands.executeCommand('lineclear.answerQuestion', { task_id: id, answer: 'SQLite' });
    assert.equal(treeText('inbox'), '');
  });

  test('Show Events opens a read-only document of readable lines, and one of JSON', async () => {
    await vscode.commands.executeCommand('lineclear.showEvent', { sequence: 1 });
    const json = vscode.window.activeTextEditor?.document;
    assert.equal(json?.languageId, 'json');
    const event: unknown = JSON.parse(json?.getText() ?? '');
    assert.ok(typeof event === 'object' && event && 'type' in event && event.type === 'task.created');
    const id: unknown = await vscode.commands.executeCommand('lineclear.createTask', {
      description: 'Show me',
    });
    await vscode.commands.executeCommand('lineclear.showEvents', { task_id: id });
    const lines = vscode.window.activeTextEditor?.document;
    assert.match(
      lines?.getText() ?? '',
      /^ +\d+ {2}\d{4}-\d\d-\d\d \d\d:\d\d:\d\d {2}\S+ +created the task “Show me”\n$/,
    );
  });

  test('Export Events writes every event of the log as a line', async () => {
    const file = path.join(workspaceRoot(), 'events.jsonl');
    const written: unknown = await vscode.commands.executeCommand('lineclear.exportEvents', { path: file });
    const lines = fs.readFileSync(file, 'utf8').trimEnd().split('\n');
    assert.equal(lines.length, written);
    assert.match(lines[0] ?? '', /"sequence":1,/);
    assert.deepEqual(
      fs.readdirSync(workspaceRoot()).filter((name) => name.endsWith('.part')),
      [],
    );
  });

  test('a file outside the workspace is not opened', async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    const link = path.join(workspaceRoot(), 'link.txt');
    fs.symlinkSync('/etc/hosts', link);
    for (const file of ['/etc/hosts', '../../etc/hosts', 'link.txt']) {
      await vscode.commands.executeCommand('lineclear.openFile', { path: file });
    }
    assert.equal(vscode.window.activeTextEditor, undefined);
    fs.rmSync(link);
    fs.writeFileSync(path.join(workspaceRoot(), 'inside.txt'), 'here');
    await vscode.commands.executeCommand('lineclear.openFile', { path: 'inside.txt' });
    assert.equal(editedText(), 'here');
  });

  test('arguments that make no sense are refused and nothing is recorded', async () => {
    const before = treeText('activity');
    await vscode.commands.executeCommand('lineclear.createTask', { description: 7 });
    await vscode.commands.executeCommand('lineclear.approvePlan', { task_id: 'nothing-here' });
    assert.equal(treeText('activity'), before);
  });

  test('Open Configuration creates config.toml with every key as a comment', async () => {
    await vscode.commands.executeCommand('lineclear.openConfiguration');
    assert.match(editedText(), /^# Lineclear in this workspace/);
  });

  test('a mistake in a changed configuration leaves the log open, and counts when it is mended', async () => {
    const [folder] = vscode.workspace.workspaceFolders ?? [];
    assert.ok(folder);
    const file = vscode.Uri.joinPath(folder.uri, '.lineclear/config.toml');
    const { document } = await vscode.window.showTextDocument(file);
    const good = document.getText();
    const save = async (text: string) => {
      const edit = new vscode.WorkspaceEdit();
      edit.replace(file, new vscode.Range(0, 0, document.lineCount, 0), text);
      await vscode.workspace.applyEdit(edit);
      await document.save();
    };
    await save('user = "bo"\nno_such_key = 1\n');
    await vscode.commands.executeCommand('lineclear.createTask', { description: 'While it is wrong' });
    assert.match(treeText('tasks'), /^While it is wrong {2}created/);
    assert.doesNotMatch(treeText('activity'), /\bbo\b/);
    await save(`user = "bo"\n${good}`);
    await vscode.commands.executeCommand('lineclear.createTask', { description: 'When it is mended' });
    assert.match(treeText('activity').split('\n')[0] ?? '', /“When it is mended” {2}bo\b/);
    await save(good);
  });
});
