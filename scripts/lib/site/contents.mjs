/** Chapters of the site, in order: title, an introduction, and pages. Other pages of `docs` get a chapter of their own. */
export const chapters = [
  {
    title: 'Manage the network',
    text: 'Links, addresses, routes and the rest as plain, typed objects, and the state that a host should have.',
    pages: [
      'packages/netlink/README.md',
      'docs/api.md',
      'docs/cookbook.md',
      'docs/tc.md',
      'docs/declared-state.md',
      'docs/nftables.md',
      'docs/wireguard.md',
      'docs/conntrack.md',
      'docs/ethtool.md',
      'docs/sockets.md',
      'docs/xfrm.md',
      'docs/mptcp.md',
      'docs/tunnels.md',
      'docs/rdma.md',
      'docs/team.md',
      'docs/wireless.md',
      'docs/processes.md',
      'docs/devlink.md',
      'docs/ipset.md',
      'docs/specs.md',
      'docs/namespaces.md',
    ],
  },
  {
    title: 'Send and receive messages',
    text: 'Requests, dumps, batches and notifications of every netlink protocol, and their errors.',
    pages: ['docs/requests.md', 'docs/monitoring.md', 'docs/errors.md', 'docs/glossary.md'],
  },
  {
    title: 'See what happens',
    text: 'The command netloom prints captures, logs of strace, changes and drawings. [The viewer](viewer.html) shows a capture in this browser.',
    pages: ['docs/decoding.md', 'docs/viewer.md', 'docs/captures.md'],
  },
  {
    title: 'Test programs',
    text: 'A mock kernel without privileges, and temporary namespaces of the real one.',
    pages: ['docs/testing.md', 'docs/lab.md'],
  },
  {
    title: 'Send packets',
    text: 'TUN and TAP devices, UDP in batches, VPNs, and the headers of packets.',
    pages: ['packages/tuntap/README.md', 'docs/tuntap.md', 'docs/udp.md', 'docs/vpn.md', 'packages/packet/README.md'],
  },
  {
    title: 'Attach pods: the CNI plugin',
    text: 'The plugin creates TAP devices in the network namespaces of pods.',
    pages: [
      'packages/cni-tap/README.md',
      ...['install', 'configuration', 'attachment', 'bridge', 'ipam', 'redirect', 'bandwidth', 'selinux', 'kubernetes'],
      ...['commands', 'errors', 'log', 'migrating'],
    ].map((page) => (page.includes('/') ? page : `docs/cni/${page}.md`)),
  },
  {
    title: 'Compare',
    text: 'Measurements, the share of the kernel that is declared, and other tools.',
    pages: [
      'docs/compared.md',
      'docs/benchmarks.md',
      'docs/coverage.md',
      'docs/from-vishvananda.md',
      'docs/from-pyroute2.md',
    ],
  },
  {
    title: 'Contribute',
    text: 'How the code is organised, built, tested and released.',
    pages: [
      ...['CONTRIBUTING.md', 'docs/architecture.md', 'docs/adding-an-attribute.md', 'docs/adding-a-link-kind.md'],
      ...['packages/quickjs-runtime/README.md', 'docs/releasing.md', 'SECURITY.md', 'CHANGELOG.md'],
    ],
  },
]

/** The page that the site opens with. */
export const start = 'README.md'
