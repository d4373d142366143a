/** The module that uses traffic control. It is loaded only when needed, because that takes time. */
export type TrafficControl = typeof import('./traffic/index.js')

export async function loadTraffic(isNeeded: boolean): Promise<TrafficControl | undefined> {
  return isNeeded ? await import('./traffic/index.js') : undefined
}
