// Prints the next train from a station: node src/main.js Oxford 10:30
import fs from 'node:fs';
import { parseTimetable } from './parse.js';
import { nextDeparture } from './query.js';

const [station, time] = process.argv.slice(2);
const [hours, minutes] = time.split(':').map(Number);
const stops = parseTimetable(fs.readFileSync('timetable.csv', 'utf8'));
console.log(nextDeparture(stops, station, hours * 60 + minutes)?.train ?? 'No more trains today.');
