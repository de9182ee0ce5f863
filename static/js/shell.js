// see base.html
