/** The style sheet of a booklet; the Python package's booklets have the same. */
export const bookletStyle = `
@page{size:A4;margin:0}
*{box-sizing:border-box}
body{margin:0;background:#E8EBEF;color:#1F2933;font:3.6mm/1.35 Helvetica,Arial,'Liberation Sans',
'Apple SD Gothic Neo','Malgun Gothic',NanumGothic,'Noto Sans KR','Noto Sans CJK KR',sans-serif;
word-break:keep-all;overflow-wrap:anywhere;-webkit-print-color-adjust:exact;print-color-adjust:exact}
.page{width:210mm;height:297mm;margin:6mm auto;padding:12mm 12mm 16mm;background:#FFFFFF;
position:relative;overflow:hidden;break-after:page;display:flex;flex-direction:column}
.page:last-child{break-after:auto}
@media print{body{background:#FFFFFF}.page{margin:0}}
@media screen and (max-width:820px){.page{zoom:.48}}
.number{position:absolute;right:12mm;bottom:7mm;color:#52606D}
.foot{position:absolute;left:12mm;bottom:7mm;color:#52606D;max-width:150mm;overflow:hidden;
white-space:nowrap;text-overflow:ellipsis}
h1{font-size:13mm;line-height:1.1;margin:0 0 2mm;overflow-wrap:anywhere}
h2{font-size:6.4mm;margin:0 0 1mm;overflow-wrap:anywhere}
p{margin:0 0 2mm}.soft{color:#52606D}
.whole{flex:1;min-height:0;width:100%}
.facts{display:flex;flex-wrap:wrap;gap:3mm;margin:3mm 0 0;padding:0;list-style:none}
.facts li{border:.4mm solid #CBD2D9;border-radius:2mm;padding:2mm 3.5mm}
.facts b{display:block;font-size:6mm}
.means{display:grid;grid-template-columns:1fr 1fr;gap:1mm 6mm;margin:1mm 0 5mm}
.means div{display:flex;align-items:center;gap:3mm;min-height:11mm}
.means .icon{flex:none}
.list{display:grid;grid-template-columns:repeat(4,1fr);gap:3mm}
.kind{border:.4mm solid #CBD2D9;border-radius:2mm;padding:2mm 2.5mm;display:flex;
flex-direction:column;justify-content:space-between;min-height:27mm;line-height:1.2}
.kind b{font-size:6mm}.kind .row{display:flex;justify-content:space-between;align-items:center}
.steps{flex:1;min-height:0;display:grid;gap:3mm}
.g23{grid-template:repeat(3,1fr)/1fr 1fr}.g13{grid-template:repeat(3,1fr)/1fr}
.g12{grid-template:repeat(2,1fr)/1fr}
.step{min-height:0;min-width:0;border:.4mm solid #CBD2D9;border-radius:2mm;padding:2.5mm;
display:flex;flex-direction:column}
.top{display:flex;gap:3mm;align-items:flex-start}
.top>b{font-size:9mm;line-height:1}
.takes{flex:1;display:flex;flex-wrap:wrap;gap:1.5mm 3mm;align-items:flex-end;background:#EEF4FA;
border-radius:1.5mm;padding:1.5mm 2.5mm}
.takes span{display:inline-flex;align-items:flex-end;gap:1mm;white-space:nowrap}
.step p{margin:1mm 0}
.step .shown{flex:1;min-height:0;width:100%}
.orders{display:flex;flex-wrap:wrap;gap:.5mm 4mm}
.order{display:flex;flex-wrap:wrap;gap:0 1.6mm;align-items:flex-end;color:#52606D}
.order span{display:inline-flex;flex-direction:column;align-items:center}
svg{display:block}svg text{fill:#52606D;text-anchor:middle}
svg .chosen{fill:#FFFFFF}svg .chip{fill:#2F7D4F}svg .way{fill:none;stroke:#7B8794;stroke-width:1.2;
stroke-dasharray:5 4}
`;
