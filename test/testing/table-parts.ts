export const excl = { create: true, excl: true }
export const make = { create: true }

export const mac = (last: number) => `02:00:00:00:00:0${last}`
export const veth = (one: string, other: string) =>
  [
    'RTM_NEWLINK',
    {
      attrs: {
        ifname: one,
        address: mac(1),
        linkinfo: { kind: 'veth', data: { peer: { attrs: { ifname: other, address: mac(2) } } } },
      },
    },
    excl,
  ] as const
export const bridge = (ifname: string) =>
  ['RTM_NEWLINK', { attrs: { ifname, address: mac(9), linkinfo: { kind: 'bridge' } } }, excl] as const
export const macvlan = (ifname: string, link: number, address: string, attrs: object = {}) =>
  [
    'RTM_NEWLINK',
    { attrs: { ifname, address, link, ...attrs, linkinfo: { kind: 'macvlan', data: { mode: 4 } } } },
    excl,
  ] as const
export const up = (index: number) => ['RTM_NEWLINK', { index, flags: 1, change: 1 }] as const
export const down = (index: number) => ['RTM_NEWLINK', { index, flags: 0, change: 1 }] as const
export const set = (index: number, attrs: object) => ['RTM_NEWLINK', { index, attrs }] as const
export const dumpLinks = { dump: 'RTM_GETLINK' } as const
export const dumpAddresses = { dump: 'RTM_GETADDR' } as const
export const dumpRoutes = { dump: 'RTM_GETROUTE', filter: { family: 2 } } as const
export const dumpRoutes6 = { dump: 'RTM_GETROUTE', filter: { family: 10 } } as const
export const dumpRules = (family: number) => ({ dump: 'RTM_GETRULE', filter: { family } }) as const
export const dumpNeighbours = { dump: 'RTM_GETNEIGH' } as const

export const a4 = (index: number, address: string, prefixlen: number, attrs: object = {}) => ({
  family: 2,
  prefixlen,
  index,
  attrs: { local: address, address, ...attrs },
})
export const a6 = (index: number, address: string, prefixlen: number, attrs: object = {}) => ({
  family: 10,
  prefixlen,
  index,
  attrs: { address, flags: 2, ...attrs },
})
export const r4 = (dst: string | undefined, dstLen: number, attrs: object = {}, header: object = {}) => ({
  family: 2,
  dstLen,
  table: 254,
  protocol: 4,
  scope: 0,
  type: 1,
  ...header,
  attrs: { ...(dst && { dst }), ...attrs },
})
export const r6 = (dst: string | undefined, dstLen: number, attrs: object = {}, header: object = {}) => ({
  family: 10,
  dstLen,
  table: 254,
  protocol: 4,
  scope: 0,
  type: 1,
  ...header,
  attrs: { ...(dst && { dst }), ...attrs },
})
export const neigh = (ifindex: number, dst: string, attrs: object = {}, header: object = {}) => ({
  family: dst.includes(':') ? 10 : 2,
  ifindex,
  state: 0x80,
  ...header,
  attrs: { dst, ...attrs },
})
export const rule = (attrs: object, header: object = {}) => ({
  family: 2,
  action: 1,
  ...header,
  attrs,
})
/** A rule that looks up a table. */
export const r254 = (priority: number, attrs: object = {}, header: object = {}) =>
  rule({ priority, table: 254, ...attrs }, header)
export const nexthop = (id: number | undefined, attrs: object = {}, header: object = {}) => ({
  family: 2,
  protocol: 4,
  ...header,
  attrs: { ...(id !== undefined && { id }), ...attrs },
})
export const group = (id: number, members: readonly (readonly [id: number, weight: number])[], attrs: object = {}) => ({
  family: 0,
  protocol: 4,
  attrs: { id, group: members.map(([id, weight]) => ({ id, weight: weight - 1, weightHigh: 0 })), ...attrs },
})
export const ROOT = 0xffffffff
export const INGRESS = 0xfffffff1
export const qdisc = (ifindex: number, kind: string | undefined, handle = 0, parent = ROOT, attrs: object = {}) => ({
  ifindex,
  handle: handle * 0x10000,
  parent,
  attrs: { ...(kind && { kind }), ...attrs },
})
export const dumpNexthops = { dump: 'RTM_GETNEXTHOP' } as const
export const dumpQdiscs = { dump: 'RTM_GETQDISC' } as const
export const replacing = { create: true, replace: true }
