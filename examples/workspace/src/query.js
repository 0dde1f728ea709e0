// Answers questions about a parsed timetable.
export function nextDeparture(stops, station, minute) {
  return stops
    .filter((stop) => stop.station === station && stop.departure >= minute)
    .toSorted((a, b) => a.departure - b.departure)[0];
}

export function dwellTime(stop) {
  return stop.departure - stop.arrival;
}
