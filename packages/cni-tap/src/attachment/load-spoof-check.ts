/** The module that uses nftables. It is loaded only when needed, because that takes time. */
export type SpoofCheck = typeof import('./spoof-check.js')

export async function loadSpoofCheck(isNeeded: boolean | undefined): Promise<SpoofCheck | undefined> {
  return isNeeded ? await import('./spoof-check.js') : undefined
}
