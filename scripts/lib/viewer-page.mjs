import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { replaceOutput } from './outputs.mjs'
import { path } from './repo.mjs'

/** Largest page, in bytes: as it is, and compressed for a transfer. packages/viewer/README.md lists what does not make it smaller. */
const MOST_BYTES = 392 * 1024
const MOST_GZIPPED = 274 * 1024

const source = path('packages', 'viewer', 'src')
const page = path('packages', 'viewer', 'dist', 'viewer.html')
/** The place where `netloom view` finds it. */
const shipped = path('packages', 'netlink', 'bundle', 'viewer.html')

/** Returns a module with the same exports, undefined except for `replaced`. */
const hollow = (file, replaced) =>
  [...readFileSync(file, 'utf8').matchAll(/^export (?:function|const|class) (\w+)/gm)]
    .map(([, name]) => `export const ${name} = ${replaced[name] ?? 'undefined'}`)
    .join('\n')

/** Leaves out what needs `eval`: the codec and the reader of structs have a form without. */
const withoutEval = {
  name: 'without eval',
  setup(build) {
    build.onLoad({ filter: /\/packages\/netlink\/dist\/codec\/code-generation\.js$/ }, ({ path: file }) => ({
      contents: hollow(file, { mayGenerateCode: '() => false' }),
    }))
    // Bundlers keep what an argument of heatUp refers to, so that the generator of attributes is replaced, too.
    build.onLoad({ filter: /\/packages\/netlink\/dist\/codec\/generate(-attributes)?\.js$/ }, ({ path: file }) => ({
      contents: hollow(file, { heatUp: '() => {}' }),
    }))
    build.onResolve({ filter: /^binary-parser$/ }, () => ({
      path: 'binary-parser',
      namespace: 'left-out',
      sideEffects: false,
    }))
    build.onLoad({ filter: /./, namespace: 'left-out' }, () => ({ contents: 'export class Parser {}' }))
  },
}

const options = (name, more) => ({
  entryPoints: [join(source, name)],
  bundle: true,
  minify: true,
  write: false,
  format: 'iife',
  platform: 'browser',
  target: ['es2023', 'chrome123', 'firefox120', 'safari17.5'],
  legalComments: 'none',
  logLevel: 'warning',
  plugins: [withoutEval],
  ...more,
})

/** Bundles one entry point. Returns its text. */
async function bundled(esbuild, name, more) {
  const { outputFiles } = await esbuild.build(options(name, more))
  return outputFiles[0].text.trim()
}

/** The licenses of what the page contains of others require their text in each copy. */
const licenses = () =>
  ['preact', '@dagrejs/dagre'].map((name) => {
    const folder = path('packages', 'viewer', 'node_modules', name)
    const text = readFileSync(join(folder, 'LICENSE'), 'utf8').trim()
    return `${name}\n\n${text}`.replaceAll('--', '—')
  })

const hashOf = (text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`

/** Returns the page's own policy: nothing is loaded, nothing is sent, no text becomes code. */
const policy = (script, style) =>
  [
    ...["default-src 'none'", "connect-src 'none'", `script-src ${hashOf(script)}`, `style-src ${hashOf(style)}`],
    ...['worker-src blob:', "base-uri 'none'", "form-action 'none'"],
  ].join('; ')

/** Compresses as well as the format allows. zlib is fast instead. */
async function deflated(text) {
  const { default: zopfli } = await import('@gfx/zopfli')
  return zopfli.deflateAsync(Buffer.from(text), { numiterations: 5 })
}

async function makePage() {
  const esbuild = await import('esbuild')
  const { docsByName } = await import('./viewer-docs.mjs')
  // A string twice over: an object would become a module of its own, which each other module initializes.
  const docs = JSON.stringify(JSON.stringify(docsByName()))
  const [script, style, worker] = await Promise.all([
    bundled(esbuild, 'page/main.tsx', { jsx: 'automatic', jsxImportSource: 'preact' }),
    bundled(esbuild, 'page/style.css', { format: undefined }),
    bundled(esbuild, 'worker/main.ts', { define: { DECLARATION_DOCS: docs } }),
  ])
  const code = Buffer.from(await deflated(worker)).toString('base64')
  const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy(script, style)}">
<meta name="viewport" content="width=device-width">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>netloom</title>
<style>${style}</style>
</head>
<body>
<div id="root"></div>
<noscript>This page shows captures with JavaScript, which is off.</noscript>
<!--capture-->
<script type="application/octet-stream" id="worker">${code}</script>
<script>${script}</script>
<!--
netloom, Apache-2.0. The page contains:

${licenses().join('\n\n')}
-->
</body>
</html>
`
  const [size, gzipped] = [Buffer.byteLength(html), gzipSync(html, { level: 9 }).length]
  if (size > MOST_BYTES || gzipped > MOST_GZIPPED)
    throw new Error(
      `the page: expected at most ${MOST_BYTES} bytes and ${MOST_GZIPPED} compressed, got ${size} and ${gzipped}`,
    )
  return html
}

const inputs = () =>
  [source, path('packages', 'netlink', 'src')]
    .flatMap((folder) => readdirSync(folder, { recursive: true }).map((name) => join(folder, name)))
    .concat(
      path('pnpm-lock.yaml'),
      path('scripts', 'lib', 'viewer-page.mjs'),
      path('scripts', 'lib', 'declaration-docs.mjs'),
      path('scripts', 'lib', 'viewer-docs.mjs'),
    )

const isFresh = () => existsSync(page) && inputs().every((file) => statSync(file).mtimeMs <= statSync(page).mtimeMs)

/** Builds the page of `packages/viewer`, unless nothing changed, and copies it into the bundle of netlink. True if it succeeded. */
export async function buildViewer() {
  if (!isFresh()) {
    try {
      replaceOutput(page, Buffer.from(await makePage()))
    } catch (error) {
      // esbuild has printed its own errors.
      if (!error.errors) console.error(`✘ ${error.message}`)
      return false
    }
  }
  replaceOutput(shipped, readFileSync(page))
  return true
}
