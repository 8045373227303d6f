package ecg
import ("testing";"os";"math")
func TestDbg(t *testing.T){
 for _,r:=range MustRecords(t){ if r.name!=os.Getenv("REC") {continue}
  d,_:=NewDetector(r.rate); var out []Beat
  n:=0
  taken=func(b Beat,c candidate){ if n>60 {return}
   for _,x:=range r.beats { if math.Abs(x.at-b.At)<.15*r.rate { e:=(b.At-x.peak)/r.rate*1000; if math.Abs(e)>8 { n++; s:=&d.shapes.slot[0]; ws:=[]float64{}; for i:=range d.shapes.slot { s=&d.shapes.slot[i]; ws=append(ws, math.Round(10*s.weight)/10, s.sign, float64(s.offset)) }; t.Logf("%.2f err %.1f slot %d like %.2f late %v  %v", b.At/r.rate, e, c.slot, c.like, b.Late, ws)}}}}
  for _,v:=range r.samples[:]{ out=d.Feed(v,out)}
  taken=nil
 }}
