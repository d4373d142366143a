// The layers of the code, checked by `npm run lint`. docs/architecture.md has the picture.

const src = (name) => `^packages/${name}/src/`

/** Allowed imports of each part of packages/netlink/src (a folder or a file), other than its own. `index.ts` may import all. */
const netlinkLayers = {
  errno: [],
  codec: [],
  constants: ['codec'],
  ip: ['codec'],
  message: ['codec', 'errno'],
  route: ['codec', 'constants', 'message'],
  generic: ['codec', 'constants', 'message'],
  netfilter: ['codec', 'constants', 'message'],
  xfrm: ['codec', 'constants', 'message'],
  diag: ['codec', 'constants', 'message'],
  uevent: ['codec', 'message'],
  rdma: ['codec', 'message'],
  connector: ['codec', 'message'],
  spec: ['codec', 'generic', 'message'],
  dissect: [
    'codec',
    'constants',
    'message',
    'errno',
    'route',
    'generic',
    'netfilter',
    'xfrm',
    'diag',
    'uevent',
    'rdma',
    'connector',
    'capture',
  ],
  inspect: [
    'codec',
    'constants',
    'message',
    'errno',
    'route',
    'generic',
    'netfilter',
    'xfrm',
    'diag',
    'uevent',
    'rdma',
    'connector',
    'capture',
    'dissect',
    'ip',
    // Pure parts of the API, so that code that is written for it has its words.
    'api/values',
    'api/qdisc/handle',
    'api/link/accepted-data',
    // Pure parts of the cache: keys of objects, and how messages change them.
    'cache/(kinds?|route-key|silent-changes|stores?)',
  ],
  cli: [
    'codec',
    'constants',
    'message',
    'errno',
    'route',
    'generic',
    'netfilter',
    'netns',
    'xfrm',
    'diag',
    'uevent',
    'rdma',
    'connector',
    'capture',
    'dissect',
    'inspect',
    'socket',
    'connection',
    'cache',
    'api',
    'netlink',
    'lab',
    'plan',
    'spec',
  ],
  capture: ['codec', 'constants', 'message'],
  socket: ['codec', 'errno'],
  connection: ['codec', 'constants', 'message', 'errno', 'route', 'generic', 'capture', 'socket'],
  netns: ['codec', 'socket', 'connection'],
  cache: ['codec', 'constants', 'message', 'route', 'socket', 'connection'],
  testing: ['codec', 'constants', 'ip', 'message', 'route', 'capture', 'socket'],
  api: [
    'codec',
    'constants',
    'ip',
    'message',
    'errno',
    'route',
    'generic',
    'netfilter',
    'xfrm',
    'diag',
    'rdma',
    'connector',
    'capture',
    'socket',
    'connection',
    'cache',
  ],
  plan: ['codec', 'constants', 'ip', 'message', 'route', 'socket', 'connection', 'api'],
  /** The class `Netlink`, which has the operations of `api` and those of `plan`. */
  netlink: [
    'codec',
    'message',
    'route',
    'generic',
    'netfilter',
    'capture',
    'socket',
    'connection',
    'cache',
    'api',
    'plan',
  ],
  lab: ['codec', 'socket', 'connection', 'netns', 'api', 'netlink'],
}

const partOf = (names) => `${src('netlink')}(${names.join('|')})(/|\\.ts$)`

/** Targets of `imports` in packages/netlink/package.json: built files that only one layer may import. */
const libc = 'netlink/dist/socket/libc-[^/]+'
const buffer = 'netlink/dist/codec/(node|portable)-buffer'
const builtFor = {
  codec: [`^packages/${buffer}\\.js$`],
  socket: [`^packages/${libc}\\.js$`],
}

const layerRules = Object.entries(netlinkLayers).map(([layer, below]) => ({
  name: `netlink-${layer}`,
  comment: `packages/netlink/src/${layer} may import ${['itself', ...below].join(', ')} only`,
  severity: 'error',
  from: { path: partOf([layer]) },
  to: {
    path: '^packages/',
    pathNot: [partOf([layer, ...below]), ...(builtFor[layer] ?? [])],
  },
}))

/** Allowed imports of each folder of packages/cni-tap/src, other than its own. */
const cniTapFolders = {
  system: ['cni/error'],
  cni: ['system'],
  attachment: ['cni', 'system'],
  commands: ['attachment', 'cni', 'system'],
  install: ['cni', 'system'],
  usage: ['install', 'cni', 'system'],
}

const cniTapRules = Object.entries(cniTapFolders).map(([folder, below]) => ({
  name: `cni-tap-${folder}`,
  comment: `packages/cni-tap/src/${folder} may import ${['itself', ...below].join(', ')} only`,
  severity: 'error',
  from: { path: `${src('cni-tap')}${folder}/` },
  to: { path: src('cni-tap'), pathNot: `${src('cni-tap')}(${[folder, ...below].join('|')})(/|\\.ts$)` },
}))

/** Foreign packages that only one file or folder may import. */
const library = (name, home) => ({
  name: `only-${name}`,
  comment: `${name} is imported in ${home} only`,
  severity: 'error',
  from: { path: '^packages/', pathNot: `^packages/${home}` },
  to: { path: `(^|node_modules/)${name}(/|$)` },
})

/** A package imports another one only through the entry points listed here. */
const entryPoints = (name, allowed) => ({
  name: `${name}-entry-points`,
  comment: `packages/${name} may import of its siblings: ${allowed.join(', ')}`,
  severity: 'error',
  from: { path: src(name) },
  to: { path: '^packages/', pathNot: [src(name), `^packages/(${allowed.join('|')})\\.(js|d\\.ts)$`] },
})

/** Modules that `exports`, `imports` and `bin` of the packages name, and programs of their own. */
const exported =
  'index|main|page/main|worker/main|prepare|system/end-with-parent|plan/watcher|cli/main|cli/debug|(api/nft|codec|constants|device|offload|ip|capture|dissect|inspect|route|generic|netfilter|xfrm|diag|uevent|socket|testing|netns|lab|spec|udp)/index|ip/ranges|socket/libc-[^/]+|codec/(node|portable)-buffer|rtnetlink|(link|tc|tc-action)-kinds'

/** Replacements of Node's modules in scripts/lib/bundle.mjs. */
const ofRuntime = 'globals|libc|buffer|fs|os|timers-promises'

const entries = `^packages/([^/]+/src/(${exported})|quickjs-runtime/src/(${ofRuntime}))\\.tsx?$`

/** Modules that the C code of packages/quickjs-runtime provides. */
const natives = ['libc', 'files', 'bytes', 'process', 'child', 'crypto', 'json'].map((name) => `native:${name}`)

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'no-orphans',
      comment: 'every module is reached from an entry point of its package',
      severity: 'error',
      from: { path: entries },
      to: { path: '^packages/[^/]+/src/', pathNot: [entries, '\\.d\\.ts$'], reachable: false },
    },
    {
      name: 'declared-dependencies',
      comment: 'a package imports only what its package.json lists as a dependency',
      severity: 'error',
      from: { path: '^packages/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown', 'unknown'] },
    },

    ...layerRules,
    {
      name: 'netlink-unplaced',
      comment: 'a new folder of packages/netlink/src needs a place among the layers',
      severity: 'error',
      from: { path: src('netlink'), pathNot: [partOf(Object.keys(netlinkLayers)), `${src('netlink')}index\\.ts$`] },
      to: {},
    },
    {
      name: 'netlink-index-is-the-top',
      severity: 'error',
      from: { path: `${src('netlink')}.+/` },
      to: { path: `${src('netlink')}index\\.ts$` },
    },
    {
      name: 'sibling-families',
      comment:
        'families (route/link.ts, route/address.ts, …) do not know each other; link.ts may use link-kinds/ and link-*.ts; what several need is in route/shared/, route/*-constants.ts and next to generic/family.ts',
      severity: 'error',
      from: {
        path: `${src('netlink')}(route|generic)/([^/]+)\\.ts$`,
        pathNot: '/(index|families|rtnetlink|common-messages)\\.ts$',
      },
      to: {
        path: `${src('netlink')}(route|generic)/`,
        pathNot: [
          `${src('netlink')}$1/$2(\\.ts$|-)`,
          `${src('netlink')}route/(link-stats\\.ts$|shared/|[^/]+-constants\\.ts$)`,
          `${src('netlink')}generic/(family|either|sequence|sockaddr|timespec)\\.ts$`,
        ],
      },
    },
    {
      name: 'kinds-below-their-family',
      comment: 'a kind is used by its family, and imports its constants only',
      severity: 'error',
      from: { path: `${src('netlink')}route/([^/]+)/` },
      to: { path: `${src('netlink')}route/`, pathNot: `${src('netlink')}route/(($1|shared)/|[^/]+-constants\\.ts$)` },
    },

    library('koffi', 'netlink/src/socket/call-koffi\\.ts$'),
    library('bun:ffi', 'netlink/src/socket/call-bun\\.ts$'),
    library('binary-parser', 'netlink/src/codec/binary-parser\\.ts$'),
    library('smart-buffer', 'netlink/src/codec/smart-buffer\\.ts$'),
    library('ip-num', 'netlink/src/ip/ranges'),
    library('yaml', 'netlink/src/spec/load\\.ts$'),
    library('@dagrejs/dagre', '(netlink/src/(inspect/graph/svg|cli/graph)|viewer/src/worker/moments)\\.ts$'),

    entryPoints('netlink', [libc, buffer]),
    // For browsers too: nothing with system calls.
    entryPoints('packet', ['netlink/dist/(codec|constants)/index']),
    entryPoints('tuntap', [
      'netlink/dist/index',
      'netlink/dist/codec/index',
      'netlink/dist/socket/index',
      'netlink/dist/route/link-kinds/tun',
      'packet/dist/index',
    ]),
    {
      name: 'tuntap-packet',
      comment: 'only the offloads load @netloom/packet: devices that exchange frames as they are do without',
      severity: 'error',
      from: { path: src('tuntap'), pathNot: `${src('tuntap')}offload/` },
      to: { path: '^packages/packet/' },
    },
    entryPoints('cni-tap', [
      'netlink/dist/index',
      'netlink/dist/(codec|ip|capture|route|netfilter)/index',
      'netlink/dist/socket/index',
      'tuntap/dist/device/index',
    ]),
    // In the browser: nothing with system calls.
    entryPoints('viewer', ['netlink/dist/(dissect|inspect)/index']),
    {
      name: 'viewer-page',
      comment: 'the page shows what the worker sends: it knows no netlink',
      severity: 'error',
      from: { path: `${src('viewer')}page/` },
      to: { path: '^packages/', pathNot: `${src('viewer')}(page/|(protocol|error)\\.ts$)` },
    },
    {
      name: 'viewer-worker',
      comment: 'the worker has no document',
      severity: 'error',
      from: { path: `${src('viewer')}worker/` },
      to: { path: src('viewer'), pathNot: `${src('viewer')}(worker/|(protocol|error)\\.ts$)` },
    },
    // For the type of its system calls.
    entryPoints('quickjs-runtime', ['netlink/dist/socket/index']),
    {
      name: 'only-native',
      comment: 'only the QuickJS runtime may import modules written in C',
      severity: 'error',
      from: { path: '^packages/', pathNot: src('quickjs-runtime') },
      to: { path: '^native:' },
    },

    {
      name: 'cni-commands',
      comment: 'commands know neither each other nor what calls them',
      severity: 'error',
      from: { path: `${src('cni-tap')}commands/([^/]+)\\.ts$` },
      to: {
        path: `${src('cni-tap')}(commands/|(main|dispatch|index)\\.ts$)`,
        pathNot: `${src('cni-tap')}commands/$1\\.ts$`,
      },
    },
    {
      name: 'cni-error-is-a-leaf',
      severity: 'error',
      from: { path: `${src('cni-tap')}cni/error\\.ts$` },
      to: { path: '^packages/' },
    },
    ...cniTapRules,
  ],
  options: {
    tsPreCompilationDeps: true,
    builtInModules: { add: ['bun:ffi', ...natives] },
    doNotFollow: { path: ['node_modules', '^packages/[^/]+/(dist|bundle)/'] },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['netloom', 'import', 'node', 'default'] },
  },
}
