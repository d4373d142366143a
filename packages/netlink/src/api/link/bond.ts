/** Options that the kernel accepts only in some modes of a bond: `unsuppmodes` in drivers/net/bonding/bond_options.c. It reports them in all. */
const modesOf: Readonly<Record<string, readonly string[]>> = {
  packetsPerSlave: ['balance-rr'],
  primary: ['active-backup', 'balance-tlb', 'balance-alb'],
  tlbDynamicLb: ['balance-tlb', 'balance-alb'],
  ...Object.fromEntries(
    ['arpInterval', 'arpValidate', 'missedMax'].map((key) => [
      key,
      ['balance-rr', 'active-backup', 'balance-xor', 'broadcast'],
    ]),
  ),
  ...Object.fromEntries(
    [
      ...['adLacpRate', 'adLacpActive', 'adActorSysPrio', 'adActorSystem', 'adUserPortKey', 'coupledControl'],
      ...['broadcastNeigh', 'lacpStrict'],
    ].map((key) => [key, ['802.3ad']]),
  ),
}

/** Options that the kernel accepts only with `miimon`. */
const ofMiimon: readonly string[] = ['updelay', 'downdelay', 'peerNotifDelay']

/** Returns the data of a bond like one that was read. It has no port that could be active, and only the options of its mode. */
export function newBond(data: object): object {
  const { mode, miimon } = data as { readonly mode?: string; readonly miimon?: number }
  const isAccepted = (key: string) => {
    if (key === 'activeSlave' || (ofMiimon.includes(key) && !miimon)) return false
    const modes = Object.hasOwn(modesOf, key) ? modesOf[key] : undefined
    return mode === undefined || modes === undefined || modes.includes(mode)
  }
  return Object.fromEntries(Object.entries(data).filter(([key]) => isAccepted(key)))
}
