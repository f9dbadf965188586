// The style sheet of the page: light and dark, narrow and wide screens, print.

/** Colours after Okabe and Ito (2008), adjusted to a contrast of at least 3:1 with the background. */
export const STYLE = `
:root{color-scheme:light;--paper:#fdfdfc;--ink:#1c2126;--soft:#59616a;--rule:#dee1e4;--wash:#f2f4f4;--faint:#8b939b;--link:#0a5c96;--right:0 114 178;--wrong:213 94 0;--alarm:#9a3f00;--alarm-wash:#fdf1e7;--c0:#0072b2;--c1:#d55e00;--c2:#008f68;--c3:#b05a93;--c4:#a07000;--c5:#4b5560}
@media screen and (prefers-color-scheme:dark){:root{color-scheme:dark;--paper:#14171a;--ink:#e6e8ea;--soft:#a3abb3;--rule:#30363c;--wash:#1d2125;--faint:#7b848d;--link:#7cc0f2;--right:76 163 222;--wrong:232 120 48;--alarm:#f5a66b;--alarm-wash:#2c2118;--c0:#58aee8;--c1:#ee8241;--c2:#2fbd93;--c3:#d78fbf;--c4:#dcb13f;--c5:#c3cad1}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0;background:var(--paper);color:var(--ink);font:1rem/1.55 -apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;font-variant-numeric:tabular-nums;overflow-wrap:break-word}
.page{max-width:72rem;margin:0 auto;padding:3.5rem 1rem 4rem}
@media (min-width:720px){.page{padding:5rem 3rem 6rem}}
a{color:var(--link);text-underline-offset:.15em}
a:focus-visible,.scroll:focus-visible{outline:2px solid var(--link);outline-offset:2px}
h1,h2,h3{line-height:1.25;text-wrap:balance;font-weight:650}
h1{font-size:1.5rem;margin:0 0 1.5rem;letter-spacing:-.01em}
h2{font-size:1.35rem;margin:0 0 1rem;letter-spacing:-.01em}
h3{font-size:1rem;margin:2rem 0 .5rem}
p{margin:0 0 1rem;max-width:68ch}
section{margin-top:4rem;padding-top:1.5rem;border-top:1px solid var(--rule)}
small{font-size:.8125rem;color:var(--soft);font-weight:400}
.kind{color:var(--soft);font-size:.875rem;margin:0 0 .25rem}
.answer{font-size:clamp(1.35rem,1.1rem + 1.4vw,2rem);line-height:1.3;letter-spacing:-.015em;max-width:36em;text-wrap:pretty}
.answer strong{font-weight:700}
.caveat,.aside{color:var(--soft);font-size:.9375rem}
.aside{margin-top:1rem}
nav{margin-top:2.5rem;font-size:.9375rem}
nav ul{list-style:none;display:flex;flex-wrap:wrap;gap:.35rem 1.25rem;margin:0;padding:0}
.notices{list-style:none;margin:2.5rem 0 0;padding:1.1rem 1.25rem;max-width:46rem;background:var(--wash);border-radius:.5rem;font-size:.9375rem}
.notices li{max-width:78ch}
.notices li+li{margin-top:.6rem}
.notices .warning{color:var(--alarm)}
.notices .warning a{color:inherit}

.lines{border-collapse:collapse;width:100%;max-width:46rem;margin:2rem 0 0}
.lines caption,table caption{text-align:left;color:var(--soft);font-size:.875rem;padding-bottom:.5rem}
.lines th{font-weight:400;text-align:left;padding:0 1rem 0 0;width:1%;line-height:1.2}
.lines .label{display:-webkit-box;-webkit-box-orient:vertical;-webkit-line-clamp:2;overflow:hidden;width:max-content;max-width:min(15rem,30vw)}
.lines .model th{font-weight:650}
.lines .number{width:1%;padding:0 0 0 1rem;white-space:nowrap}
.lines td{padding:0;line-height:1.2}
.lines svg{display:block;min-width:5rem;overflow:hidden;fill:var(--soft)}
.lines .model svg{fill:var(--c0)}
.axis{stroke:var(--rule)}
.guess{stroke:var(--faint);stroke-dasharray:2 3}
.interval{stroke:var(--c0);stroke-width:8;stroke-opacity:.3}
@media (max-width:560px){.lines small{display:block}}
.scroll{overflow-x:auto;margin:0 0 1rem}
.scroll table{border-collapse:collapse;font-size:.9375rem}
.split{display:flex;flex-wrap:wrap;gap:1rem 3.5rem;align-items:flex-start}
.split>*,.charts>*{min-width:0;max-width:100%}
.label{display:block;max-width:min(20rem,42vw);overflow-wrap:break-word}
.numbers{min-width:min(100%,28rem)}
.numbers th,.numbers td{padding:.45rem .9rem .45rem 0;vertical-align:top;text-align:right;line-height:1.35}
.numbers tr>:last-child{padding-right:0}
.numbers tbody tr{border-top:1px solid var(--rule)}
.numbers tbody:last-child tr:last-child{border-bottom:1px solid var(--rule)}
.numbers th:first-child,.numbers .text{text-align:left;white-space:normal}
.numbers thead th{color:var(--soft);font-weight:400;font-size:.875rem;vertical-align:bottom}
.numbers tbody th{font-weight:550}
.numbers td{white-space:nowrap}
.numbers .text{white-space:normal}
.pairs th:nth-child(2){text-align:left}
.numbers small{display:block;line-height:1.35}
.numbers .rules th{font-weight:400}
.labels{width:100%}
.labels th:first-child{position:sticky;left:0;background:var(--paper)}
.matrix{font-size:.9375rem}
.matrix th,.matrix td{padding:.55rem .7rem;text-align:center;line-height:1.3}
.matrix thead .clamp{max-width:6.5rem}
.matrix thead th{vertical-align:bottom;color:var(--soft);font-weight:400;font-size:.875rem}
.matrix tbody th{text-align:right;font-weight:550}
.matrix tbody td{min-width:4.4rem;border:2px solid var(--paper)}
.matrix tbody td:last-child{color:var(--soft);min-width:0}
.matrix small{display:block;color:inherit}
.matrix .none{color:var(--soft);background:var(--wash)}
.clamp{overflow-wrap:break-word;display:-webkit-box;-webkit-box-orient:vertical;-webkit-line-clamp:3;overflow:hidden;max-width:9rem}
@media (max-width:560px){.clamp{max-width:6rem}.matrix th,.matrix td{padding:.5rem}.matrix tbody td{min-width:3.6rem}}
.notes{font-size:.875rem;color:var(--soft);margin:0 0 1rem;padding-left:1.4rem;max-width:68ch}
sup{font-size:.7rem;line-height:0;color:var(--soft);margin-left:.1em}
.charts{display:flex;flex-wrap:wrap;gap:2rem 2.25rem;align-items:flex-start}
.chart{margin:0;width:328px;max-width:100%}
@media (min-width:720px){.chart.large{width:450px}}
.chart h3{margin:0 0 .25rem}
.chart svg[role]{display:block;width:100%;height:auto;font:12px/1 -apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;font-variant-numeric:tabular-nums}
.beside{flex:1 1 20rem;max-width:30rem}
.file,dd,dt{overflow-wrap:anywhere}
figcaption{font-size:.875rem;color:var(--soft);margin-top:.75rem;overflow-wrap:anywhere}
figcaption p{margin:.5rem 0 0}
.legend{list-style:none;margin:.25rem 0 .75rem;padding:0;font-size:.875rem;color:var(--ink)}
.legend li{display:flex;gap:.6rem;margin:.25rem 0;line-height:1.35}
.legend span{min-width:0}
.key{flex:none;margin-top:.2rem}
.gallery{display:grid;gap:1rem 3rem}
@media (min-width:900px){.gallery{grid-template-columns:1fr 1fr}}
.gallery>div{min-width:0}
.gallery h3{margin-top:1rem}
.gallery ol{list-style:none;margin:0;padding:0}
.entry{display:grid;grid-template-columns:1fr 1fr;gap:.35rem;padding:.9rem 0;border-top:1px solid var(--rule);break-inside:avoid}
.entry img{display:block;width:100%;max-height:15rem;object-fit:contain;background:var(--wash);border-radius:.25rem}
.entry p{grid-column:1/-1;margin:.25rem 0 0;line-height:1.4;font-size:.9375rem;min-width:0;overflow-wrap:anywhere}
@media screen and (min-width:900px){.entry{grid-template-columns:10rem 10rem 1fr;gap:.5rem}.entry p{grid-column:auto;margin:0 0 0 .5rem}.entry img{height:10rem}}
.entry p:only-child{grid-column:1/-1;margin:0}
.wrong{color:var(--alarm)}
.score{color:var(--soft);display:block}
.entry .file{display:block;text-align:left;font-size:.8125rem;color:var(--soft)}
.findings{list-style:none;margin:0;padding:0;max-width:60rem}
.findings>li{padding:1rem 0 1rem 1.1rem;border-left:4px solid var(--rule);margin-bottom:1rem}
.findings>.warning{border-color:var(--c1)}
.findings p{margin:0 0 .35rem}
.findings ul{margin:0;padding-left:1.1rem;list-style:disc;font-size:.9375rem}
.findings ul small{display:inline-block;margin-left:.6rem}
.findings li{overflow-wrap:anywhere}
.badge{font-size:.8125rem;font-weight:650;color:var(--soft);margin-right:.35rem}
.warning .badge{color:var(--alarm)}
dl{margin:0 0 1.5rem}
dl div{display:grid;gap:0 2rem;padding:.45rem 0;border-top:1px solid var(--rule)}
@media (min-width:720px){dl div{grid-template-columns:16rem 1fr}}
dt{color:var(--soft)}
dd{margin:0;max-width:68ch}
footer{margin-top:4rem;padding-top:1.5rem;border-top:1px solid var(--rule);color:var(--soft);font-size:.875rem}
@page{margin:16mm 14mm}
@media print{:root{--paper:#fff;font-size:13px}.chart,.chart.large{width:47%}.charts{gap:1.5rem 5%}.scroll .matrix,.scroll .labels{font-size:8pt}.labels small,.labels thead th{font-size:7.5pt}.matrix small,.matrix thead th{font-size:7.5pt}.matrix th,.matrix td{padding:.25rem}.matrix tbody td{min-width:0;border-width:1px}.clamp,.matrix thead .clamp{max-width:4.5em}.matrix tbody .clamp{max-width:8em}.label{max-width:9rem}.labels th:first-child{position:static}.gallery{grid-template-columns:1fr 1fr}.entry img{max-height:4.5cm}.page{max-width:none;padding:0}nav{display:none}section{margin-top:2rem}.scroll{overflow:visible}.scroll table{font-size:.8rem}.numbers th,.numbers td{padding-right:.5rem}h2,h3{break-after:avoid}tr,figure,.entry,.findings>li,dl div,.notices{break-inside:avoid}.matrix td,.notices,.lines{print-color-adjust:exact;-webkit-print-color-adjust:exact}a{color:inherit;text-decoration:none}}
`;
