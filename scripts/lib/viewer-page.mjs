import { createHash } from 'node:crypto'
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { deflateRawSync, gzipSync } from 'node:zlib'
import { path } from './repo.mjs'

/** Largest page, in bytes: as it is, and compressed for a transfer. */
const MOST_BYTES = 480 * 1024
const MOST_GZIPPED = 288 * 1024

const source = path('packages', 'viewer', 'src')
const page = path('packages', 'viewer', 'dist', 'viewer.html')
/** The place where `netloom view` finds it. */
const shipped = path('packages', 'netlink', 'bundle', 'viewer.html')

/** Leaves out what needs `eval`: the codec and the reader of structs have a form without. */
const withoutEval = {
  name: 'without eval',
  setup(build) {
    build.onLoad({ filter: /\/packages\/netlink\/dist\/codec\/code-generation\.js$/ }, () => ({
      contents: 'export const mayGenerateCode = () => false; export const functionOf = () => undefined',
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

/** Returns the kernel's name of an attribute, as `attributes` derives it from the key. */
const kernelName = (prefix, key) => `${prefix}_${key.replace(/[A-Z]/g, '_$&').toUpperCase()}`

/**
 * Returns the comments of netlink's declarations by the kernel's name: of attribute sets and their attributes (`IFLA_MTU`), of structs
 * and their members (`ifinfomsg.index`). A name that several declarations have with different comments is left out.
 */
async function docsByName() {
  // Loads a compiler, which the other steps of the build do without.
  const { declarationDocs } = await import('./declaration-docs.mjs')
  const docs = new Map()
  const add = (name, text) => text && docs.set(name, docs.has(name) && docs.get(name) !== text ? undefined : text)
  for (const { call, name, comment, members } of declarationDocs()) {
    if (call !== 'attributes' && call !== 'struct') continue
    add(name, comment)
    for (const [key, text] of Object.entries(members))
      add(call === 'attributes' ? kernelName(name, key) : `${name}.${key}`, text)
  }
  return Object.fromEntries([...docs].filter(([, text]) => text).sort(([one], [other]) => (one < other ? -1 : 1)))
}

async function makePage() {
  const esbuild = await import('esbuild')
  const docs = await docsByName()
  const [script, style, worker] = await Promise.all([
    bundled(esbuild, 'page/main.tsx', { jsx: 'automatic', jsxImportSource: 'preact' }),
    bundled(esbuild, 'page/style.css', { format: undefined }),
    bundled(esbuild, 'worker/main.ts', { define: { DECLARATION_DOCS: JSON.stringify(docs) } }),
  ])
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
<script type="application/octet-stream" id="worker">${deflateRawSync(worker, { level: 9 }).toString('base64')}</script>
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
    )

const isFresh = () => existsSync(page) && inputs().every((file) => statSync(file).mtimeMs <= statSync(page).mtimeMs)

/** Builds the page of `packages/viewer`, unless nothing changed, and copies it into the bundle of netlink. True if it succeeded. */
export async function buildViewer() {
  if (!isFresh()) {
    mkdirSync(join(page, '..'), { recursive: true })
    try {
      writeFileSync(page, await makePage())
    } catch (error) {
      // esbuild has printed its own errors.
      if (!error.errors) console.error(`✘ ${error.message}`)
      return false
    }
  }
  copyFileSync(page, shipped)
  return true
}
