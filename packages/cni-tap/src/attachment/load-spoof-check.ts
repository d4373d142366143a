/** What talks to nftables. It takes time to load, and few configurations need it. */
export type SpoofCheck = typeof import('./spoof-check.js')

export async function loadSpoofCheck(isWanted: boolean | undefined): Promise<SpoofCheck | undefined> {
  return isWanted ? await import('./spoof-check.js') : undefined
}
