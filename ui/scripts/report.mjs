// Writes dist/report/template.html: the page of `assay profile --html` with its script, styles and fonts inside. The
// command puts the reports into it. Its policy lets nothing in but what stands here, by hash.
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'

const at = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url))
const { output } = await build({
  configFile: false,
  root: at('.'),
  publicDir: false,
  logLevel: 'warn',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    target: 'es2022',
    write: false,
    modulePreload: false,
    reportCompressedSize: false,
    cssCodeSplit: false,
    // Fonts too become part of the style sheet.
    assetsInlineLimit: 1 << 20,
    rollupOptions: { input: at('src/report/main.tsx'), output: { format: 'iife' } },
  },
})
const script = output.find((file) => file.type === 'chunk').code.trim()
const sheet = output.find((file) => file.fileName.endsWith('.css')).source.trim()
const theme = readFileSync(at('public/theme.js'), 'utf8').trim()
const icon = readFileSync(at('public/favicon.svg'), 'utf8').trim()

// One style element for each part of a face: the command leaves out those that no letter of the reports needs.
const faces = sheet.match(/@font-face\{[^}]*\}/g) ?? []
const styles = sheet.replace(/@font-face\{[^}]*\}/g, '')
const rangeOf = (face) => /unicode-range:([^;}]+)/.exec(face)?.[1]?.replaceAll(' ', '') ?? ''

const foreign = [...`${styles}${script}`.matchAll(/(?:url\(|src=|href=)["']?(?:https?:)?\/\/[^"')\s]+/g)].map((found) => found[0])
if (faces.length === 0 || faces.some((face) => !rangeOf(face) || !face.includes('url(data:font/woff2;base64,'))) throw new Error('report: a font is not in the style sheet')
if (foreign.length > 0) throw new Error(`report: not self-contained: ${foreign}`)
if (/<\/(script|style)|<!--/i.test(script + theme + sheet)) throw new Error('report: a script or style would end its element')
if (/\r/.test(script + theme + sheet)) throw new Error('report: line ends would change the hashes')

const hash = (text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`
const policy = [
  "default-src 'none'",
  `script-src ${[theme, script].map(hash).join(' ')}`,
  `style-src ${[styles, ...faces].map(hash).join(' ')}`,
  'font-src data:',
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
].join('; ')

const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="generator" content="Assay">
<title>{{title}}</title>
<link rel="icon" href="data:image/svg+xml;base64,${Buffer.from(icon).toString('base64')}">
<script>${theme}</script>
<style>${styles}</style>
${faces.map((face) => `<style data-letters="${rangeOf(face)}">${face}</style>`).join('\n')}
</head>
<body>
<noscript>
<p>Charts, samples and all else that this report knows need JavaScript, which is turned off here. They need no network.</p>
{{still}}</noscript>
<div id="app"></div>
{{reports}}
<script>${script}</script>
</body>
</html>
`
mkdirSync(at('dist/report'), { recursive: true })
writeFileSync(at('dist/report/template.html'), page)
console.log(`dist/report/template.html  ${(page.length / 1000).toFixed(0)} kB, ${faces.length} parts of faces`)
