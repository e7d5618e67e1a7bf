/** The report's style sheet. Two palettes, one column of text, figures as wide as the page allows. */
export const style = `
:root{color-scheme:light dark;--paper:#fbfaf6;--tile:#fff;--ink:#23211d;--muted:#6b665d;--rule:#e3ded2;
--above:29 92 134;--below:120 103 78;--accent:#1d5c86;--bad:#b23c17;--i1:#9a9488;--i2:#d08a2e;--i3:#8f9a2f;--i5:#2e8a78;--i10:#1d5c86}
@media screen and (prefers-color-scheme:dark){:root{--paper:#141517;--tile:#1d1f22;--ink:#ece9e2;--muted:#a09b91;
--rule:#303236;--above:133 191 228;--below:190 160 112;--accent:#7db8de;--bad:#f08c64;--i1:#87827a;--i2:#e0a758;--i3:#b9c25c;--i5:#62c2ad;--i10:#7db8de}
.tile img,.drawings{filter:invert(1)}.map .light{display:none}.map .dark{display:block}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--paper);color:var(--ink);
font:1.0625rem/1.6 'Iowan Old Style','Palatino Linotype',Palatino,'Book Antiqua',Georgia,serif}
main{max-width:48rem;margin:0 auto;padding:clamp(2rem,7vw,5.5rem) clamp(1rem,4vw,1.5rem) 5rem}
h1,h2,h3{font-weight:600;line-height:1.2;text-wrap:balance}
h1{font-size:clamp(1.75rem,5.2vw,2.6rem);letter-spacing:-.015em;margin:.2em 0 .6em}
h2{font-size:1.5rem;margin:4.2rem 0 .7rem;padding-top:1.4rem;border-top:1px solid var(--rule)}
h3{font-size:1.125rem;margin:2.8rem 0 .3rem}
p{margin:0 0 1rem;max-width:40rem;text-wrap:pretty}
.eyebrow,.note,caption,figcaption,table,.strip,.copy,.heat span,.legend,dl,svg,summary,footer{
font-family:ui-sans-serif,system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue',sans-serif}
.eyebrow{color:var(--muted);font-size:.875rem;letter-spacing:.02em;margin:0}
.lead{font-size:1.125rem}
.note,figcaption,caption{color:var(--muted);font-size:.875rem;line-height:1.5}
figure{margin:1.5rem 0 0}
figcaption{margin-top:.6rem;max-width:40rem}
svg{display:block;width:100%;height:auto;overflow:visible}
.narrow{display:none}
.scroll{overflow-x:auto;margin:1.4rem 0 1rem}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums;font-size:.9375rem}
caption{text-align:left;padding-bottom:.8rem}
th,td{padding:.5rem .4rem;text-align:right;border-bottom:1px solid var(--rule);white-space:nowrap}
th[scope=row],.group th{text-align:left;font-weight:400;padding-left:0;white-space:normal;min-width:8.5rem}
thead th{font-weight:500;color:var(--muted);font-size:.875rem}
td:last-child,th:last-child{padding-right:0}
td small{display:block;color:var(--muted);font-size:.75rem;line-height:1.2}
.ours th,.ours td{font-weight:650;font-size:1.0625rem;vertical-align:top}
.ours small{font-weight:400}
.bound,.other{color:var(--muted)}.group th{padding-top:1rem;font-size:.875rem}
.others tr:first-child>*{border-top:2px solid var(--rule)}
.strip{list-style:none;display:grid;grid-template-columns:repeat(10,minmax(0,1fr));gap:1.1rem .6rem;margin:1.6rem 0 0;
padding:0;font-size:.75rem;line-height:1.35;font-variant-numeric:tabular-nums}
.tile{display:block;position:relative;background:var(--tile);border:1px solid var(--rule);border-radius:6px;
aspect-ratio:1;padding:6%}
.tile img{width:100%;height:100%;display:block}
.tile img,.map img,.sharp{image-rendering:pixelated}
.new .tile{border:2px dashed var(--accent);padding:calc(6% - 1px)}
.wrong:not(.new) .tile{border:2px solid var(--bad);padding:calc(6% - 1px)}
.badge{position:absolute;top:-.55rem;right:0;background:var(--paper);color:var(--accent);
font-size:.6875rem;line-height:1;padding:.15rem .25rem;border-radius:4px}
.bar,.bar i{display:block;height:3px;border-radius:2px;background:var(--rule)}
.bar{margin:.35rem 0 .25rem}.bar i{background:var(--accent)}
.wrong .bar i{background:var(--bad)}.wrong.new .bar i{background:var(--muted)}
.guess{display:block;color:var(--muted);overflow-wrap:anywhere}.guess b{color:var(--ink)}
.right .guess>span{color:var(--accent)}.wrong .guess>span{color:var(--bad)}.wrong.new .guess>span{color:var(--muted)}
.truth{display:block;min-height:1.35em}
.wrong:not(.new) .truth{color:var(--bad)}.wrong.new .truth{color:var(--muted)}
.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.heat p{margin-bottom:1rem}
.heat span{font-size:.75rem;color:var(--muted);font-variant-numeric:tabular-nums}
.map{border:1px solid var(--rule);background:var(--tile)}
.map img{width:100%;height:100%}.light{display:block}.dark{display:none}
.frame{--step:.75rem;display:grid;grid-template-columns:1.5rem auto auto minmax(0,1fr);column-gap:.25rem;
grid-template-rows:calc(var(--steps)*var(--step))}
.bare{grid-template-columns:1.5rem minmax(0,1fr)}
.ticks{position:relative}
.ticks span{position:absolute;right:0;transform:translateY(-50%);line-height:1}
.drawings{display:block;height:100%}
.letters{display:grid;grid-auto-rows:1fr;align-items:center;text-align:center;min-width:1em}
.letters span{font-size:.6875rem;line-height:1}
.letters .bad{color:var(--bad);font-weight:700;text-decoration:underline}
.slots{grid-column:-2;display:flex;justify-content:space-between;margin-top:.2rem}
.legend{display:inline-flex;align-items:center;gap:.45rem;margin-left:.8rem;white-space:nowrap}
.legend i{width:5.5rem;height:.6rem;border:1px solid var(--rule);background:linear-gradient(90deg,
transparent,rgb(var(--above)/.38) 25%,rgb(var(--above)/.62) 50%,rgb(var(--above)/.82) 75%,rgb(var(--above)))}
.legend .signed{background:linear-gradient(90deg,rgb(var(--below)),rgb(var(--below)/.62) 25%,
transparent 50%,rgb(var(--above)/.62) 75%,rgb(var(--above)))}
.film{display:grid;grid-template-columns:repeat(2,minmax(0,1fr));gap:.9rem 1.2rem}
.film .map{aspect-ratio:5/2}
figure.copies{display:grid;gap:1.2rem}.pair{display:flex;flex-wrap:wrap;gap:1.2rem 1rem}
.copy{flex:0 1 calc(var(--vectors)*1.1rem);min-width:min(100%,8rem)}
.copy span{display:block;font-size:.75rem;color:var(--muted);margin-bottom:.25rem}
.bits{background:var(--tile);outline:1px solid var(--rule);max-width:calc(var(--vectors)*1.1rem)}
.on{fill:rgb(var(--above))}.cross{fill:none;stroke:var(--bad);stroke-width:.14}
summary{cursor:pointer;color:var(--accent);font-size:.9375rem;margin-top:1.2rem}
.heads{display:grid;grid-template-columns:repeat(2,minmax(0,1fr));gap:0 1.4rem}
.heads h3{margin-top:1.2rem;font-size:1rem}.heads .frame{--step:.3rem}
dl{display:grid;grid-template-columns:repeat(auto-fit,minmax(15rem,1fr));gap:0 2rem;font-size:.9375rem;margin:1.4rem 0}
dl div{display:flex;justify-content:space-between;gap:1rem;border-bottom:1px solid var(--rule);padding:.4rem 0}
dt{color:var(--muted)}dd{margin:0;text-align:right;font-variant-numeric:tabular-nums}
pre{background:var(--tile);border:1px solid var(--rule);border-radius:6px;padding:.9rem 1.1rem;white-space:pre-wrap;overflow-wrap:anywhere;
font:.875rem/1.6 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
footer{margin-top:4rem;color:var(--muted);font-size:.8125rem}
@media (max-width:44rem){.strip{grid-template-columns:repeat(5,minmax(0,1fr))}}
@media (max-width:40rem){.wide{display:none}.narrow{display:block}
.film,.heads{grid-template-columns:minmax(0,1fr)}body{font-size:1rem}
table{font-size:.8125rem}th,td{padding:.3rem .1rem}th:first-child,td:first-child{padding-left:0}
.ours th,.ours td{font-size:.9375rem}
tr{display:grid;grid-template-columns:repeat(var(--columns),minmax(0,1fr));border-bottom:1px solid var(--rule)}
table.many{font-size:.75rem}.many .ours td{font-size:.75rem}.many thead tr{align-items:end}.many thead th{font-size:.75rem;white-space:normal}
.many tr{grid-template-columns:repeat(var(--columns),minmax(2.6rem,1fr))}.many th,.many td{padding:.3rem .05rem}.many small{font-size:.6875rem}
th,td,.others tr:first-child>*{border:0}thead td{display:none}
th[scope=row],.group th{grid-column:1/-1;padding-bottom:0}}
@media (max-width:22rem){.strip{font-size:.6875rem;column-gap:.4rem}}
@media print{@page{margin:16mm 15mm}html{font-size:12px}
body{background:none;-webkit-print-color-adjust:exact;print-color-adjust:exact}
main{max-width:none;padding:0}p,figcaption{max-width:none;orphans:3;widows:3}
h1{font-size:2.2rem}h2{margin:1.8rem 0 .6rem;padding-top:1rem}h3{margin:0 0 .2rem}
h2,h3,h2+p,figure p,caption{break-after:avoid}figcaption{break-before:avoid}
figure,table,pre,dl,footer,.strip li,section[aria-labelledby=again]{break-inside:avoid}
figure{margin-top:1.4rem}.scroll{overflow:visible;margin:.6rem 0}.strip{row-gap:.8rem;margin-top:1rem}
.frame{--step:.42rem;grid-template-columns:1.5rem minmax(0,1fr)}.drawings,.letters{display:none}.heads .frame{--step:.25rem}
.film{grid-template-columns:repeat(3,minmax(0,1fr));gap:.5rem 1rem}.chart svg{width:86%}
section>p{break-inside:avoid}details:not([open]){display:none}footer{margin-top:1.5rem;break-before:avoid}}
`;
