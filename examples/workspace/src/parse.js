// Reads a timetable: one stop per line, `train,station,arrival,departure`.
export function parseTimetable(text) {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line) => {
      const [train, station, arrival, departure] = line.split(',');
      return { train, station, arrival: toMinutes(arrival), departure: toMinutes(departure) };
    });
}

function toMinutes(time) {
  const [hours, minutes] = time.split(':').map(Number);
  return hours * 60 + minutes;
}
