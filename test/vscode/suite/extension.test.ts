import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import manifest from '../../../package.json' with { type: 'json' };

interface Manifest {
  readonly name: string;
  readonly publisher: string;
  readonly contributes?: { readonly commands?: readonly { readonly command: string }[] };
}

const { name, publisher, contributes }: Manifest = manifest;

suite('extension', () => {
  test('activates', async () => {
    const extension = vscode.extensions.getExtension(`${publisher}.${name}`);
    assert.ok(extension, 'VS Code does not know the extension');
    await extension.activate();
    assert.equal(extension.isActive, true);
  });

  test('registers every command that its manifest names', async () => {
    const registered = new Set(await vscode.commands.getCommands(true));
    const named = contributes?.commands?.map(({ command }) => command) ?? [];
    assert.deepEqual(
      named.filter((command) => !registered.has(command)),
      [],
    );
  });
});
