import type { Case } from './play.js'
import {
  a4,
  a6,
  dumpAddresses,
  dumpNeighbours,
  dumpRoutes,
  dumpRoutes6,
  excl,
  neigh,
  replacing,
  up,
  veth,
} from './table-parts.js'

const lifetime = (prefered: number, valid: number) => ({ cacheinfo: { prefered, valid, cstamp: 0, tstamp: 0 } })

/**
 * Cases of lifetimes. The kernel waits, the mock's clock is moved. Lifetimes are such that nothing else happens in a few seconds
 * before or after the end of a step.
 */
export const timeCases: readonly Case[] = [
  {
    name: 'IPv4 addresses become deprecated, and expire with their routes',
    steps: [
      veth('a', 'b'),
      up(2),
      up(3),
      ['RTM_NEWADDR', a4(2, '10.0.2.1', 24, lifetime(0, 0)), excl],
      ['RTM_NEWADDR', a4(2, '10.0.1.1', 24, lifetime(0, 2000)), excl],
      {
        wait: 8,
        first: [
          ['RTM_NEWADDR', a4(2, '10.0.0.1', 24, { ...lifetime(2, 20), proto: 77 }), excl],
          ['RTM_NEWADDR', a4(2, '10.0.0.2', 24, lifetime(1000, 2000)), excl],
        ],
      },
      dumpAddresses,
      { wait: 20 },
      dumpAddresses,
      dumpRoutes,
      ['RTM_NEWADDR', a4(2, '10.0.1.1', 24, lifetime(900, 0xffffffff)), replacing],
      ['RTM_NEWADDR', a4(2, '10.0.1.1', 24, lifetime(900, 1000)), replacing],
      ['RTM_NEWADDR', a4(2, '10.0.1.1', 24, lifetime(0, 1000)), replacing],
      dumpAddresses,
    ],
  },
  {
    name: 'IPv6 addresses become deprecated, and expire with their routes',
    steps: [
      veth('a', 'b'),
      up(2),
      up(3),
      ['RTM_NEWADDR', a6(2, '2001:db8:1::1', 64, lifetime(0, 2000)), excl],
      ['RTM_NEWADDR', a6(2, '2001:db8:2::1', 64, lifetime(1000, 2000)), excl],
      ['RTM_NEWADDR', a6(2, '2001:db8:3::1', 64), excl],
      { wait: 8, first: [['RTM_NEWADDR', a6(2, '2001:db8::1', 64, { ...lifetime(2, 20), proto: 77 }), excl]] },
      dumpAddresses,
      dumpRoutes6,
      { wait: 20, kernel: 24 },
      dumpAddresses,
      dumpRoutes6,
      ['RTM_NEWADDR', a6(2, '2001:db8:2::1', 64), replacing],
      dumpAddresses,
    ],
  },
  {
    name: 'neighbours become stale',
    steps: [
      veth('a', 'b'),
      up(2),
      up(3),
      { reachable: 1, links: ['a', 'b'] },
      ['RTM_NEWNEIGH', neigh(2, '10.0.0.8', { lladdr: '02:00:00:00:00:08' }), excl],
      ['RTM_NEWNEIGH', neigh(2, '10.0.0.9', { lladdr: '02:00:00:00:00:09' }, { state: 4 }), excl],
      {
        wait: 60,
        kernel: 9,
        first: [
          ['RTM_NEWNEIGH', neigh(2, '10.0.0.7', { lladdr: '02:00:00:00:00:07' }, { state: 2 }), excl],
          ['RTM_NEWNEIGH', neigh(2, '2001:db8::7', { lladdr: '02:00:00:00:00:07', protocol: 9 }, { state: 2 }), excl],
        ],
      },
      dumpNeighbours,
      {
        wait: 60,
        kernel: 9,
        first: [
          ['RTM_NEWNEIGH', neigh(2, '10.0.0.9', { lladdr: '02:00:00:00:00:09' }, { state: 2 }), replacing],
          ['RTM_NEWNEIGH', neigh(2, '10.0.0.8', { lladdr: '02:00:00:00:00:08' }, { state: 2 }), replacing],
        ],
      },
      dumpNeighbours,
    ],
  },
]
