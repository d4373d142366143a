import type { EthtoolObjects } from '@netloom/netlink'

/** A command of ethtool, and the change that sends the same bytes: the property of `nl.ethtool`, the link and the change. */
export type EthtoolRow = readonly [command: string, subject: keyof EthtoolObjects, link: string, change: object]

const tso = 'tcp-segmentation-offload'

export const rows: readonly EthtoolRow[] = [
  ['-K v0 tx off', 'features', 'v0', { 'tx-checksumming': false }],
  ['-K v0 rx off', 'features', 'v0', { 'rx-checksumming': false }],
  ['-K v0 sg off', 'features', 'v0', { 'scatter-gather': false }],
  ['-K v0 tso off gso off', 'features', 'v0', { [tso]: false, 'generic-segmentation-offload': false }],
  ['-K v0 gro on', 'features', 'v0', { 'generic-receive-offload': true }],
  ['-K v0 rxvlan off txvlan on', 'features', 'v0', { 'rx-vlan-offload': false, 'tx-vlan-offload': true }],
  ['-K v0 tx-checksum-ip-generic on', 'features', 'v0', { 'tx-checksum-ip-generic': true }],
  ['-s tap0 msglvl drv on probe off', 'debug', 'tap0', { messages: { drv: true, probe: false } }],
  [
    '-s tap0 speed 1000 duplex full autoneg off',
    'linkModes',
    'tap0',
    { speed: 1000, duplex: 'full', autonegotiation: false },
  ],
  ['-s v0 speed 100', 'linkModes', 'v0', { speed: 100 }],
  ['-s v0 lanes 2', 'linkModes', 'v0', { lanes: 2 }],
  ['-s v0 master-slave forced-master', 'linkModes', 'v0', { masterSlave: 'master_force' }],
  [
    '-s v0 advertise 1000baseT/Full on 100baseT/Full off',
    ...(['linkModes', 'v0', { advertised: { '1000baseT/Full': true, '100baseT/Full': false } }] as const),
  ],
  ['-s v0 mdix auto', 'linkInfo', 'v0', { mdixControl: 'mdi_auto' }],
  ['-s v0 port tp phyad 3', 'linkInfo', 'v0', { port: 'tp', phyAddress: 3 }],
  ['-s v0 wol pg', 'wol', 'v0', { enabled: ['phy', 'magic'] }],
  ['-s v0 wol d', 'wol', 'v0', { enabled: [] }],
  ['-s v0 wol s sopass 00:11:22:33:44:55', 'wol', 'v0', { enabled: ['magicsecure'], password: '00:11:22:33:44:55' }],
  ['-L v0 rx 2 tx 2', 'channels', 'v0', { rx: 2, tx: 2 }],
  ['-L tap0 combined 4', 'channels', 'tap0', { combined: 4 }],
  ['-G v0 rx 512 tx 256', 'rings', 'v0', { rx: 512, tx: 256 }],
  ['-G v0 rx-mini 1 rx-jumbo 2 rx-buf-len 4096', 'rings', 'v0', { rxMini: 1, rxJumbo: 2, rxBufLen: 4096 }],
  ['-G v0 tcp-data-split on cqe-size 64', 'rings', 'v0', { tcpDataSplit: 'enabled', cqeSize: 64 }],
  ['-C v0 rx-usecs 10 adaptive-rx on', 'coalesce', 'v0', { rxUsecs: 10, adaptiveRx: true }],
  ['-C v0 tx-usecs 0 tx-frames 32', 'coalesce', 'v0', { txUsecs: 0, txFrames: 32 }],
  ['-C v0 sample-interval 1 pkt-rate-low 5', 'coalesce', 'v0', { sampleInterval: 1, pktRateLow: 5 }],
  ['-A v0 rx on tx off autoneg off', 'pause', 'v0', { rx: true, tx: false, autonegotiation: false }],
  ['--set-eee v0 eee on tx-lpi off tx-timer 30', 'eee', 'v0', { enabled: true, txLpi: false, txLpiTimer: 30 }],
  ['--set-fec v0 encoding rs baser', 'fec', 'v0', { modes: ['RS', 'BASER'], auto: false }],
  ['--set-module v0 power-mode-policy high', 'module', 'v0', { powerModePolicy: 'high' }],
  ['--set-mm v0 pmac-enabled on tx-min-frag-size 60', 'mm', 'v0', { pmacEnabled: true, txMinFragSize: 60 }],
  ['--set-plca-cfg v0 enable on node-id 1 node-cnt 8', 'plca', 'v0', { enabled: true, nodeId: 1, nodeCount: 8 }],
]
