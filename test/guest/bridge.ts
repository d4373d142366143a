import { type Attachment, attached } from '../cni-tap/attachment.js'

/** Creates an attachment whose namespace has a bridge with VLAN filtering. */
export const withBridge = (use: (a: Attachment) => void | Promise<void>, defaultPvid = 1) =>
  attached(async (a) => {
    const options = ['vlan_filtering', 1, 'vlan_default_pvid', defaultPvid]
    a.namespace.ip('link', 'add', 'br0', 'up', 'type', 'bridge', ...options)
    await use(a)
  })

export const trunk = { vlanTrunk: [{ id: 7 }, { minID: 20, maxID: 22 }] }
