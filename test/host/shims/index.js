'use strict';
/*
 * One stand-in, in plain JavaScript, for four native modules that the VS Code server imports: nobody who runs
 * the tests needs a C++ compiler. What is lost is not needed here: rotation of log files, the watchdog for an
 * orphaned server (sweeper.ts does that), an anonymous device id, and fast copies in the built-in Git.
 */
const fs = require('node:fs');
const path = require('node:path');

// --- @vscode/spdlog: log files
const LEVELS = ['trace', 'debug', 'info', 'warning', 'error', 'critical', 'off'];
const INFO = LEVELS.indexOf('info');

class Logger {
  constructor(_kind, _name, file) {
    this.file = file;
    this.level = INFO;
    this.bare = false;
    fs.mkdirSync(path.dirname(file), { recursive: true });
  }
  append(level, message) {
    if (level < this.level) return;
    const line = this.bare ? message : `${new Date().toISOString()} [${LEVELS[level]}] ${message}\n`;
    try {
      fs.appendFileSync(this.file, line);
    } catch {
      // The folder goes first when a test ends; the last lines of a log are no reason to fail.
    }
  }
  trace(message) {
    this.append(0, message);
  }
  debug(message) {
    this.append(1, message);
  }
  info(message) {
    this.append(2, message);
  }
  warn(message) {
    this.append(3, message);
  }
  error(message) {
    this.append(4, message);
  }
  critical(message) {
    this.append(5, message);
  }
  getLevel() {
    return this.level;
  }
  setLevel(level) {
    this.level = level;
  }
  setPattern() {}
  clearFormatters() {
    this.bare = true;
  }
  flush() {}
  drop() {}
}

exports.version = 1;
exports.Logger = Logger;
exports.setLevel = () => {};
exports.setFlushOn = () => {};
exports.createRotatingLogger = async (name, file) => new Logger('rotating', name, file);
exports.createAsyncRotatingLogger = async (name, file) => new Logger('rotating_async', name, file);

// --- @vscode/native-watchdog
exports.start = () => {};

// --- @vscode/deviceid
exports.getDeviceId = async () => '00000000-0000-4000-8000-000000000000';

// --- @vscode/fs-copyfile
exports.copyFile = fs.promises.copyFile;
exports.copyFileSync = fs.copyFileSync;
exports.cp = fs.promises.cp;
