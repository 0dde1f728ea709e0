/** VS Code's settings by name. */
export type Settings = Readonly<Record<string, unknown>>;

export type Theme = 'dark' | 'light' | 'high-contrast' | 'high-contrast-light';

const THEMES: Readonly<Record<Theme, string>> = {
  dark: 'Dark 2026',
  light: 'Light 2026',
  'high-contrast': 'Default High Contrast',
  'high-contrast-light': 'Default High Contrast Light',
};

export const themeSettings = (theme: Theme): Settings => ({
  'window.autoDetectColorScheme': false,
  'window.autoDetectHighContrast': false,
  'workbench.colorTheme': THEMES[theme],
});

/** Nothing comes up by itself, nothing leaves the machine, nothing moves. */
export const quietSettings: Settings = {
  'chat.disableAIFeatures': true,
  'editor.cursorBlinking': 'solid',
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'files.hotExit': 'off',
  'git.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'window.commandCenter': false,
  'window.restoreWindows': 'none',
  'workbench.enableExperiments': false,
  'workbench.reduceMotion': 'on',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.welcomePage.walkthroughs.openOnInstall': false,
};

/** What makes a test's hand as steady as a person's, who would notice and try again. */
export const testSettings: Settings = {
  // An editor that opens meanwhile takes the focus, and a prompt that lost it would close.
  'workbench.quickOpen.closeOnFocusLost': false,
};
